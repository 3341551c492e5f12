import { BENCHES } from './benches.ts';
import { Fleet } from './fleet.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 15);

/** Elsewhere than at a terminal a line each. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}

let fleet: Promise<Fleet> | undefined;
const shared = () => {
  fleet ??= Fleet.create();
  return fleet;
};

async function end(): Promise<void> {
  await (await fleet)?.[Symbol.asyncDispose]();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    progress('stopping');
    void end().finally(() => process.exit(1));
  });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const known = BENCHES.map(({ name }) => name).join(', ');
  process.stderr.write(`No such benchmark: ${unknown.join(', ')}. There are: ${known}\n`);
  process.exitCode = 2;
} else {
  const chosen = BENCHES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  try {
    for (const [index, { about, most = ROUNDS, run }] of chosen.entries()) {
      const rounds = Math.min(ROUNDS, most);
      const table = await run(rounds, progress, shared);
      progress('');
      process.stdout.write(`${index > 0 ? '\n' : ''}${about(rounds)}\n\n${table}\n`);
    }
  } finally {
    await end();
  }
}
