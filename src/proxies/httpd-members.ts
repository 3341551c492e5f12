import { byText } from '../base/by-text.ts';
import { shellQuote } from '../base/shell-quote.ts';
import { memberKey, type PresentMember } from '../routing/member-changes.ts';
import { httpdRoute } from '../templates/httpd-worker.ts';
import { atManager, type HttpdControl, keyOf } from './httpd-manager.ts';
import { rosterOf } from './httpd-roster.ts';
import { CURRENT_WORKERS } from './httpd-workers.ts';
import type {
  Heard,
  Listed,
  Parting,
  Roster,
  RosterMember,
  RosterStep,
  RuntimeMembers,
} from './runtime-members.ts';

/** Longer ones do not fit into one argument of a command on Linux, and are as much as a reload. */
const LONGEST_SCRIPT = 100_000;
/** Of which the generated file is one, as the notification has it. */
const CONFIGURATION = '/usr/local/apache2/conf/tsgen/httpd.conf';

/**
 * Members through the balancer manager of each virtual host. httpd keeps what it was told in shared
 * memory until it loads its configuration anew; it adds a member where a balancer has room (`growth`),
 * disabled at first, and forgets none: who leaves is disabled, and found again when he comes back.
 *
 * A member that was added has none of the words that stand on the lines of the others. With httpd's
 * defaults it would be left out for a minute after a single failure: so httpd asks for its port once a
 * second, and takes it back.
 */
export function httpdMembers(control: HttpdControl): RuntimeMembers {
  return {
    key: keyOf(control.secret),
    rosterOf,
    askCommand: atManager(control, `look && printf '%s %s\\n' "$generation" "$digest"`),
    listCommand: atManager(control, LIST),
    listed,
    tellCommand: (generation, steps, roster) => {
      const script = tellScript(generation, steps, roster);
      const text = script === undefined ? undefined : atManager(control, script);
      return text === undefined || text.length > LONGEST_SCRIPT ? undefined : text;
    },
    heard,
    isOf: ({ name }, id) => name.split(' ')[1] === httpdRoute(id),
    partCommand: (members, roster) => atManager(control, partScript(members, roster)),
    partingOf,
  };
}

/** What httpd says of its members until all has been done. */
const CHANGING = 'changing';

/** Who is disabled and has nothing open is as good as gone. */
const THERE = `grep -v '^down [^ ]* [^ ]* [^ ]* [^ ]* 0 '`;

/** The names of virtual hosts are those in the file: who is not among those that run answers nothing. */
const LIST = `
look
printf '%s %s\\n' "$generation" "$digest"
for place in $(sed -n "s/^ *ServerAlias \\"$prefix-\\(.*\\)\\"$/\\1/p" ${CONFIGURATION} | grep -vx state | sort -u); do
  echo "at $place"
  page "$place" | ${THERE}
done
echo end`;

const TELL = `
mark() { page state "b=tsgen&w=http://127.18.40.4:1&w_wr=$1&nonce=$nonce" | grep '^down tsgen '; }
at() { place=$1 before=; }
form() { say "$prefix-$place" "b=$1&$2&nonce=$nonce" >/dev/null; }
add() {
  # httpd calls it an error to add one that it has.
  before=\${before:-" $(page "$place" | tr '\\n' ' ')"}
  case $before in *" $1 $2 "*) ;; *) form "$1" "b_nwrkr=$2&b_wyes=1" ;; esac
  ready "$@"
}
ready() { form "$1" "w=$2&w_wr=$3&w_lf=$4&w_status_N=$5&w_status_H=$6&w_status_C=0&w_hm=TCP&w_hi=1000ms&w_status_D=0"; }
drain() { form "$1" "w=$2&w_status_D=1&w_hm=NONE"; }
# How often a request may go elsewhere, and who is to be there.
done_with() {
  after=$(page "$place" "b=$1&b_max=$2&nonce=$nonce" | awk -v name="$1" '$2 == name' | ${THERE})
  printf 'at %s\\n%s\\n' "$place" "$after"
  [ "$(printf '%s\\n' "$after" | awk '$1 == "up" { print $3, $4, $5 }' | LC_ALL=C sort)" = "$3" ] || sound=no
}`;

/** What stands in a script; anything else would be for httpd or a shell to make sense of. */
const HARMLESS = /^[\w.:/[\]-]+$/;

function tellScript(
  generation: string,
  steps: readonly RosterStep[],
  roster: Roster,
): string | undefined {
  const lines: string[] = [];
  const words: string[] = [generation, roster.digest];
  for (const upstream of new Set(steps.map(({ member }) => member.upstream))) {
    const own = steps.filter(({ member }) => member.upstream === upstream);
    const wanted = roster.members.filter((member) => member.upstream === upstream);
    const tasks = own.flatMap((step) => taskOf(step, wanted));
    words.push(upstream, ...tasks.flat());
    const there = wanted.map(({ words, name, weight }) => `${words} ${routeIn(name)} ${weight}`);
    const last = ['done_with', upstream, String(Math.min(99, Math.max(0, wanted.length - 1)))];
    for (const place of roster.places?.get(upstream) ?? []) {
      words.push(place);
      lines.push(
        ...[['at', place], ...tasks].map((task) => task.map(shellQuote).join(' ')),
        `${last.join(' ')} ${shellQuote(there.sort(byText).join('\n'))}`,
      );
    }
  }
  if (!words.every((word) => HARMLESS.test(word))) return undefined;
  return `
look
[ "$generation" = ${generation} ] || { echo "runs $generation $digest"; exit 0; }
${TELL.trim()}
sound=yes
# Until all of it is done it is what nobody asks for.
mark ${CHANGING} >/dev/null
${lines.join('\n')}
[ "$sound" = no ] || mark ${roster.digest} >/dev/null
look && echo "runs $generation $digest"`;
}

function taskOf(step: RosterStep, wanted: readonly RosterMember[]): readonly string[][] {
  const { upstream, name, weight } = step.member;
  const [worker = '', route = ''] = name.split(' ');
  switch (step.kind) {
    case 'add':
    case 'ready':
    case 'weight': {
      const isBackup = name.endsWith(' backup');
      const [isDraining, standby] = [weight === 0, isBackup].map((is) => (is ? '1' : '0'));
      const verb = step.kind === 'add' ? 'add' : 'ready';
      return [
        // With weight 0 it keeps those who stick to it, and whatever weight it had.
        [verb, upstream, worker, route, String(weight || 1), isDraining ?? '0', standby ?? '0'],
      ];
    }
    case 'drain':
      // Another container has its address by now.
      return wanted.some(({ words }) => words === worker) ? [] : [['drain', upstream, worker]];
    case 'remove':
      return [];
  }
}

function routeIn(name: string): string {
  return name.split(' ')[1] ?? '';
}

function partScript(members: readonly PresentMember[], roster: Roster): string {
  const upstreams = new Set(members.map(({ upstream }) => upstream));
  const places = new Set([...upstreams].flatMap((upstream) => roster.places?.get(upstream) ?? []));
  return `
for place in ${[...places].map(shellQuote).join(' ')}; do
  echo "at $place"
  page "$place" | ${THERE}
done
${CURRENT_WORKERS}
echo end`;
}

interface Seen {
  /** Of each place that has it, in the order of its lines. */
  readonly copies: readonly PresentMember[];
  readonly open: number;
}

/** What a script's lines say of members: see `atManager`. */
class Pages {
  /** Balancer → in how many places it is. */
  readonly #places = new Map<string, number>();
  readonly #seen = new Map<string, Seen>();

  constructor(output: string) {
    for (const line of output.split('\n')) {
      const [state, upstream = '', worker, route, weight, open, , backup] = line.split(' ');
      if (state === 'b') this.#places.set(upstream, (this.#places.get(upstream) ?? 0) + 1);
      if (state !== 'up' && state !== 'down') continue;
      const name = `${worker} ${route}${backup ? ' backup' : ''}`;
      const member = { upstream, name, weight: Number(weight), isDrained: state === 'down' };
      const before = this.#seen.get(memberKey(member));
      this.#seen.set(memberKey(member), {
        copies: [...(before?.copies ?? []), member],
        open: (before?.open ?? 0) + Number(open),
      });
    }
  }

  /** Each once. */
  get members(): readonly PresentMember[] {
    return [...this.#seen.values()].flatMap(({ copies }) => copies.slice(0, 1));
  }

  /** Requests that are open with one, wherever. */
  open(member: PresentMember): number {
    return this.#seen.get(memberKey(member))?.open ?? 0;
  }

  /** Those of which one virtual host has something else than another. */
  get torn(): readonly string[] {
    return [...this.#seen].flatMap(([key, { copies }]) => {
      const [first] = copies;
      const places = this.#places.get(first?.upstream ?? '');
      const isTorn =
        // One that leaves may have nothing open any more in one place.
        (first?.isDrained !== true && copies.length !== places) ||
        copies.some(
          ({ isDrained, weight }) => isDrained !== first?.isDrained || weight !== first.weight,
        );
      return isTorn ? [key] : [];
    });
  }
}

function listed(output: string): Listed | undefined {
  const [first = '', ...lines] = output.trim().split('\n');
  if (lines.at(-1) !== 'end') return undefined;
  const pages = new Pages(lines.join('\n'));
  const [generation = ''] = first.split(' ');
  return pages.torn.length > 0 ? undefined : { generation, members: pages.members };
}

function heard(output: string): Heard {
  const pages = new Pages(output);
  const [, generation = '', digest] = /^runs (\S+) (\S+)$/m.exec(output) ?? [];
  const torn = pages.torn.map((key) => `'${key}' in one of its virtual hosts`);
  const refused = torn.length === 0 && digest === CHANGING ? ['some of it'] : torn;
  return { generation, members: pages.members, refused };
}

function partingOf(output: string, members: readonly PresentMember[]): Parting | undefined {
  const lines = output.trim().split('\n');
  if (lines.at(-1) !== 'end') return undefined;
  const pages = new Pages(output);
  const left = members
    .map((member) => ({ member, open: pages.open(member) }))
    .filter(({ open }) => open > 0);
  const workers = lines.flatMap((line) => /^worker (\d+)$/.exec(line)?.slice(1).map(Number) ?? []);
  return { left, workers };
}
