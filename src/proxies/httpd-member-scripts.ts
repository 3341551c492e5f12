import { byText } from '../base/by-text.ts';
import { shellQuote } from '../base/shell-quote.ts';
import type { PresentMember } from '../routing/member-changes.ts';
import { CONNECTIONS } from './httpd-connections.ts';
import { MARKER } from './httpd-manager.ts';
import { CHANGING } from './httpd-member-pages.ts';
import { CURRENT_WORKERS } from './httpd-workers.ts';
import type { Roster, RosterMember, RosterStep } from './runtime-members.ts';

/** Of which the generated file is one, as the notification has it. */
const CONFIGURATION = '/usr/local/apache2/conf/tsgen/httpd.conf';

/** Who is disabled and has nothing open is as good as gone; see `Pages` for who has only seemingly. */
const THERE = `grep -v '^down [^ ]* [^ ]* [^ ]* [^ ]* 0 '`;

/** The names of virtual hosts are those in the file: who is not among those that run answers nothing. */
export const LIST = `
look
printf '%s %s\\n' "$generation" "$digest"
for place in $(sed -n "s/^ *ServerAlias \\"$prefix-\\(.*\\)\\"$/\\1/p" ${CONFIGURATION} | grep -vx state | sort -u); do
  echo "at $place"
  page "$place" | ${THERE}
done
${CONNECTIONS}
echo end`;

const TELL = `
mark() { page state "b=tsgen&w=${MARKER}&w_wr=$1&nonce=$nonce" | grep '^down tsgen '; }
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

/**
 * Carries out steps where httpd has loaded a generation, and prints what is there then, and what runs;
 * `undefined` where a name could mean something else.
 */
export function tellScript(
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
        `${last.join(' ')} ${shellQuote(there.toSorted(byText).join('\n'))}`,
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
${CONNECTIONS}
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

/** Prints what is open with members of the same upstreams, and the workers that may have more of it. */
export function partScript(members: readonly PresentMember[], roster: Roster): string {
  const upstreams = new Set(members.map(({ upstream }) => upstream));
  const places = new Set([...upstreams].flatMap((upstream) => roster.places?.get(upstream) ?? []));
  return `
for place in ${[...places].map(shellQuote).join(' ')}; do
  echo "at $place"
  page "$place" | ${THERE}
done
${CONNECTIONS}
${CURRENT_WORKERS}
echo end`;
}
