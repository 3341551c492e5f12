import { shellQuote } from '../base/shell-quote.ts';
import { memberKey, type PresentMember } from '../routing/member-changes.ts';
import { haproxyMark } from '../templates/haproxy-server.ts';
import { ASK_GENERATION, FIND_MASTER, SPEAK_EACH } from './haproxy-master.ts';
import { rosterOf } from './haproxy-roster.ts';
import type { Heard, Listed, Parting, RosterStep, RuntimeMembers } from './runtime-members.ts';

/** Longer ones do not fit into one argument of a command on Linux, and are as much as a reload. */
const LONGEST_SCRIPT = 100_000;

/** tsgen's own are told from an operator's by their names. */
const READY =
  's/^[0-9]* \\([^ ]*\\) [0-9]* \\([^ ]*:[0-9a-f]\\{12\\}\\) [^ ]* [0-9]* 0 \\([0-9]*\\) .*/\\1\\/\\2 \\3/p';

/**
 * Members through the master's socket. HAProxy 3.2 adds servers to every backend that the bundled
 * template writes, for each balances by a way that allows for it (`hash-type consistent` where it
 * hashes), with every word that stands on their lines. It takes one away that is in maintenance and
 * has nothing open; idle connections are closed by that.
 */
export const HAPROXY_MEMBERS: RuntimeMembers = {
  rosterOf,
  askCommand: script('say_what_runs'),
  listCommand: script(`
say_what_runs
printf '%s\\n' "$servers" | sed -n 's/^[0-9]* \\([^ ]*\\) [0-9]* \\([^ ]*:[0-9a-f]\\{12\\}\\) [^ ]* [0-9]* \\([0-9]*\\) \\([0-9]*\\) .*/\\1 \\2 \\3 \\4/p'
echo end`),
  listed,
  tellCommand,
  heard,
  isOf: ({ name }, id) => name.endsWith(`:${haproxyMark(id)}`),
  partCommand,
  partingOf,
};

function script(body: string): string {
  return `
${FIND_MASTER}
command -v sha256sum >/dev/null || { echo "there is no sha256sum here to tell HAProxy's members with"; exit 126; }
${ASK_GENERATION}
${SPEAK_EACH}
say_what_runs() {
  servers=$(speak '@1 show servers state')
  digest=$(printf '%s\\n' "$servers" | sed -n '${READY}' | LC_ALL=C sort | sha256sum)
  printf '%s %.16s\\n' "$generation" "$digest"
}
${body.trim()}
`.trim();
}

function listed(output: string): Listed | undefined {
  const [first = '', ...lines] = output.trim().split('\n');
  if (lines.pop() !== 'end') return undefined;
  const [generation = ''] = first.split(' ');
  const members = lines.map((line): PresentMember => {
    const [upstream = '', name = '', state, weight] = line.split(' ');
    return { upstream, name, weight: Number(weight), isDrained: state !== '0' };
  });
  return { generation, members };
}

/** What stands in a command; anything else would be for HAProxy or a shell to make sense of. */
const HARMLESS = /^[\w.:/[\]()@ -]+$/;

function tellCommand(generation: string, steps: readonly RosterStep[]): string | undefined {
  const commands = steps.flatMap(commandsOf);
  if (!commands.every((command) => HARMLESS.test(command))) return undefined;
  const text = script(`
[ "$generation" = ${shellQuote(generation)} ] || { say_what_runs; exit 0; }
${commands.length === 0 ? '' : `speak_each ${commands.map(shellQuote).join(' ')}`}
generation=$(speak '@1 get var proc.generation' | sed -n 's/^proc\\.generation: .*value=<\\(.*\\)>$/\\1/p')
say_what_runs`);
  return text.length > LONGEST_SCRIPT ? undefined : text;
}

function commandsOf(step: RosterStep): readonly string[] {
  const key = memberKey(step.member);
  switch (step.kind) {
    case 'add': {
      const { words, isChecked } = step.member;
      return [
        `@1 add server ${words}`,
        ...(isChecked ? [`@1 enable health ${key}`] : []),
        // In maintenance until then.
        `@1 set server ${key} state ready`,
      ];
    }
    case 'ready':
      return [`@1 set server ${key} state ready`];
    case 'weight':
      return [`@1 set server ${key} weight ${step.member.weight}`];
    case 'drain':
      // Not `drain`: clients that stick to it would still come.
      return [`@1 set server ${key} state maint`];
    case 'remove':
      return [`@1 del server ${key}`];
  }
}

const GOOD_ANSWERS = /^(?:|New server registered\.|Server deleted\.)$/;
/** To `del server`: it was deleted, or is not there. */
const GONE = /^(?:Server deleted|No such server|No such backend)\./;

function heard(output: string, steps: readonly RosterStep[]): Heard {
  const { answers, rest } = transcript(output);
  const said = answers.values();
  const refused: string[] = [];
  const left: PresentMember[] = [];
  for (const step of steps) {
    for (const command of commandsOf(step)) {
      const { value: answer } = said.next();
      // What was not said was not done.
      if (answer === undefined) continue;
      if (step.kind === 'remove') {
        if (!GONE.test(answer)) left.push({ ...step.member, isDrained: true });
      } else if (!GOOD_ANSWERS.test(answer)) {
        refused.push(`'${command.replace('@1 ', '')}': ${answer}`);
      }
    }
  }
  return { runs: rest.at(-1) ?? '', refused, left };
}

function partCommand(members: readonly PresentMember[]): string {
  const commands = [
    ...members.map((member) => `@1 del server ${memberKey(member)}`),
    ...[...new Set(members.map(({ upstream }) => upstream))].map(
      (upstream) => `@1 show servers conn ${upstream}`,
    ),
    '@1 show info',
  ];
  return script(`speak_each ${commands.map(shellQuote).join(' ')}`);
}

function partingOf(output: string, members: readonly PresentMember[]): Parting | undefined {
  const { answers } = transcript(output);
  const [, pid] = /^Pid: (\d+)$/m.exec(answers.at(-1) ?? '') ?? [];
  if (pid === undefined) return undefined;
  const open = new Map(
    answers
      .slice(members.length, -1)
      .flatMap((answer) => answer.split('\n'))
      .map((line) => line.split(' '))
      .map(([key = '', , , , , , used]) => [key, Number(used)] as const),
  );
  const left = members.flatMap((member, index) =>
    GONE.test(answers[index] ?? '') ? [] : [{ member, open: open.get(memberKey(member)) ?? 0 }],
  );
  return { left, worker: Number(pid) };
}

/** What `speak_each` printed, and the lines beside it. */
function transcript(output: string): {
  readonly answers: readonly string[];
  readonly rest: readonly string[];
} {
  const answers: string[] = [];
  const rest: string[] = [];
  for (const line of output.split('\n')) {
    if (line === '>') answers.push('');
    else if (line.startsWith('  ')) answers.push(`${answers.pop() ?? ''}${line.slice(2)}\n`);
    else if (line !== '') rest.push(line);
  }
  return { answers: answers.map((answer) => answer.trim()), rest };
}
