import { httpdRoute } from '../templates/httpd-worker.ts';
import { atManager, type HttpdControl, keyOf, SECRET_VARIABLE } from './httpd-manager.ts';
import { heard, listed, partingOf } from './httpd-member-pages.ts';
import { LIST, partScript, tellScript } from './httpd-member-scripts.ts';
import { rosterOf } from './httpd-roster.ts';
import type { RuntimeMembers } from './runtime-members.ts';

/** Longer ones do not fit into one argument of a command on Linux, and are as much as a reload. */
const LONGEST_SCRIPT = 100_000;

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
    env: { [SECRET_VARIABLE]: control.secret },
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
