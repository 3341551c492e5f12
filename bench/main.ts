import { BENCHES } from './benches.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 15);

/** For people at a terminal alone. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const known = BENCHES.map(({ name }) => name).join(', ');
  process.stderr.write(`No such benchmark: ${unknown.join(', ')}. There are: ${known}\n`);
  process.exitCode = 2;
} else {
  const chosen = BENCHES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  for (const [index, { about, most = ROUNDS, run }] of chosen.entries()) {
    const rounds = Math.min(ROUNDS, most);
    const table = await run(rounds, progress);
    progress('');
    process.stdout.write(`${index > 0 ? '\n' : ''}${about(rounds)}\n\n${table}\n`);
  }
}
