import { createHash } from 'node:crypto';
import { byText } from '../base/by-text.ts';
import { type Member, memberKey } from '../routing/member-changes.ts';

/**
 * Of members that get requests: 16 hexadecimal digits, whatever their order. HAProxy's answer is made
 * into the same by what asks it (`say_what_runs`); httpd is told it.
 */
export function rosterDigest(members: readonly Omit<Member, 'container'>[]): string {
  const lines = members.map((member) => `${memberKey(member)} ${member.weight}\n`).sort(byText);
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16);
}
