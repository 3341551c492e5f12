import { shellQuote } from '../base/shell-quote.ts';
import { memberKey, type PresentMember } from '../routing/member-changes.ts';
import { haproxyMark } from '../templates/haproxy-server.ts';
import { askGeneration, FIND_MASTER, SPEAK_EACH } from './haproxy-master.ts';
import { rosterOf } from './haproxy-roster.ts';
import type { Heard, Listed, Parting, RosterStep, RuntimeMembers } from './runtime-members.ts';

const GENERATION = '@1 get var proc.generation';

/** Longer ones do not fit into one argument of a command on Linux, and are as much as a reload. */
const LONGEST_SCRIPT = 100_000;

/** Half of what HAProxy reads at once, unless its operator has it read less. */
const LONGEST_LINE = 8_000;

/** tsgen's own are told from an operator's by their names. */
const READY =
  's/^[0-9]* \\([^ ]*\\) [0-9]* \\([^ ]*:[0-9a-f]\\{12\\}\\) [^ ]* [0-9]* 0 \\([0-9]*\\) .*/\\1\\/\\2 \\3/p';

/**
 * Members through the master's socket. HAProxy 3.2 adds servers to every backend that the bundled
 * template writes, for each balances by a way that allows for it (`hash-type consistent` where it
 * hashes), with every word that stands on their lines. It takes one away that is in maintenance and
 * has nothing open; idle connections are closed by that.
 */
export const HAPROXY_MEMBERS = {
  rosterOf,
  askCommand: ask(''),
  listCommand: ask(`
printf '%s\\n' "$answer" | sed -n 's/^[0-9]* \\([^ ]*\\) [0-9]* \\([^ ]*:[0-9a-f]\\{12\\}\\) [^ ]* [0-9]* \\([0-9]*\\) \\([0-9]*\\) .*/\\1 \\2 \\3 \\4/p'
echo end`),
  listed,
  tellCommand,
  heard,
  isOf: ({ name }, id) => name.endsWith(`:${haproxyMark(id)}`),
  partCommand,
  partingOf,
} satisfies RuntimeMembers;

/** Prints what runs, and then does something else with the answers. */
function ask(then: string): string {
  return `
${FIND_MASTER}
command -v sha256sum >/dev/null || { echo "there is no sha256sum here to tell HAProxy's members with"; exit 126; }
${askGeneration('@1 show servers state')}
digest=$(printf '%s\\n' "$answer" | sed -n '${READY}' | sort | sha256sum)
printf '%s %.16s\\n' "$generation" "$digest"
${then.trim()}
`.trim();
}

/** Says lines of commands, if the answer to the first is as wanted: see `SPEAK_EACH`. */
function sayEach(wanted: string, lines: readonly string[]): string {
  return `
${FIND_MASTER}
[ -S "$socket" ] || { echo "HAProxy has no master socket to speak to: start it with -W -S PATH"; exit 126; }
${SPEAK_EACH}
speak_each ${[wanted, ...lines].map(shellQuote).join(' ')}
`.trim();
}

/**
 * A connection costs more than what is said on it, with a busy machine many times so: a hundred
 * servers that leave at once are told in one line.
 */
function linesOf(commands: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const command of commands) {
    const line = lines.at(-1);
    if (line === undefined || line.length + command.length > LONGEST_LINE) lines.push(command);
    else lines[lines.length - 1] = `${line}; ${command}`;
  }
  return lines;
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
  const commands = [
    ...steps.flatMap(commandsOf),
    ...upstreamsOf(steps).map((upstream) => `@1 show servers state ${upstream}`),
    GENERATION,
  ];
  if (!commands.every((command) => HARMLESS.test(command))) return undefined;
  const text = sayEach(`<${generation}>`, [GENERATION, ...linesOf(commands)]);
  return text.length > LONGEST_SCRIPT ? undefined : text;
}

function upstreamsOf(steps: readonly RosterStep[]): readonly string[] {
  return [...new Set(steps.map(({ member }) => member.upstream))];
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

const GOOD_ANSWERS = /^(?:|New server registered\.)$/;
/** To `del server`: it was deleted, or is not there. */
const GONE = /^(?:Server deleted|No such server|No such backend)\./;

function heard(output: string, steps: readonly RosterStep[]): Heard {
  const answers = transcript(output);
  const said = answers.slice(1).values();
  const refused: string[] = [];
  for (const step of steps) {
    for (const command of commandsOf(step)) {
      const { value: answer } = said.next();
      // What was not said was not done; who cannot be deleted yet is still among the members.
      if (answer === undefined || step.kind === 'remove' || GOOD_ANSWERS.test(answer)) continue;
      refused.push(`'${command.replace('@1 ', '')}': ${answer}`);
    }
  }
  const members = upstreamsOf(steps).flatMap(() => membersIn(said.next().value ?? ''));
  return { generation: generationIn(said.next().value ?? answers[0] ?? ''), members, refused };
}

function generationIn(answer: string): string {
  return /^proc\.generation: .*value=<(.*)>$/m.exec(answer)?.[1] ?? '';
}

/** Fields of `show servers state`, of which the name tells tsgen's own from an operator's. */
function membersIn(answer: string): readonly PresentMember[] {
  return answer.split('\n').flatMap((line): readonly PresentMember[] => {
    const [, upstream = '', , name = '', , , state, weight] = line.split(' ');
    return /:[0-9a-f]{12}$/.test(name)
      ? [{ upstream, name, weight: Number(weight), isDrained: state !== '0' }]
      : [];
  });
}

function partCommand(members: readonly PresentMember[]): string {
  const commands = [
    ...members.map((member) => `@1 del server ${memberKey(member)}`),
    ...[...new Set(members.map(({ upstream }) => upstream))].map(
      (upstream) => `@1 show servers conn ${upstream}`,
    ),
    '@1 show info',
  ];
  return sayEach('', linesOf(commands));
}

function partingOf(output: string, members: readonly PresentMember[]): Parting | undefined {
  const answers = transcript(output);
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
  return { left, workers: [Number(pid)] };
}

/** The answers that `speak_each` printed; before the first `>` stands what a shell or perl had to say. */
function transcript(output: string): readonly string[] {
  const answers: string[] = [];
  let answer: string[] | undefined;
  const lines = output.split('\n');
  const first = lines.indexOf('>');
  for (const line of first < 0 ? [] : lines.slice(first)) {
    const isEnd = line === '>' || line === '  ';
    if (!isEnd && line.startsWith('  ')) answer = [...(answer ?? []), line.slice(2)];
    // A new line of commands has no answer yet to end.
    else if (line === '  ' || answer) {
      answers.push((answer ?? []).join('\n').trim());
      answer = undefined;
    }
  }
  if (answer) answers.push(answer.join('\n').trim());
  return answers;
}
