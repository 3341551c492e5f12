import { createHash } from 'node:crypto';
import { splitList } from './split-list.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** A name with a password. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** The password as a line of an htpasswd file has it: its SHA-1, which nginx and httpd both know. */
  readonly hash: string;
}

/**
 * What people find in dockercloud-haproxy's documentation: it is no secret, so it lets everybody in.
 */
const KNOWN_TO_ALL = 'stats:stats';

/** Reads `NAME:PASSWORD` for the page of statistics; `off` says that none is wanted. */
export function parseStatsAuth(text: string): Validated<Credentials | 'off'> {
  if (text.toLowerCase() === 'off') return valid('off');
  if (text === KNOWN_TO_ALL) {
    return invalid(
      "stats:stats is dockercloud-haproxy's default, which everybody knows: choose another password",
    );
  }
  return parseCredentials(text);
}

/** Reads users of the proxy as a whole: `NAME:PASSWORD` by comma, `\,` for a comma in one. */
export function parseUsers(text: string): Validated<readonly Credentials[]> {
  const users: Credentials[] = [];
  for (const item of splitList(text)) {
    const user = parseCredentials(item);
    if (user.kind === 'invalid') return user;
    if (users.some(({ name }) => name === user.value.name)) {
      return invalid('a name stands in it twice');
    }
    users.push(user.value);
  }
  return users.length === 0 ? invalid('it names nobody') : valid(users);
}

/** The text is a secret: no reason may hold a part of it. */
function parseCredentials(text: string): Validated<Credentials> {
  const at = text.indexOf(':');
  const name = text.slice(0, at);
  const password = text.slice(at + 1);
  if (at < 1 || password === '') return invalid('it is NAME:PASSWORD, both not empty');
  if (!/^[\w.@-]{1,64}$/.test(name)) {
    return invalid('a name holds letters, digits and . _ - @, at most 64');
  }
  if (!/^[\x20-\x7e]{1,128}$/.test(password)) {
    return invalid('a password holds printable ASCII characters, at most 128');
  }
  const hash = `{SHA}${createHash('sha1').update(password).digest('base64')}`;
  return valid({ name, password, hash });
}
