const HIDDEN = '(hidden)';

/** HAProxy's lists of users and its page of statistics; and what is sent to a back end. */
const PATTERNS: readonly RegExp[] = [
  /^([ \t]*user[ \t].*?[ \t](?:insecure-)?password[ \t]+)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\S+)/gm,
  /^([ \t]*stats[ \t]+auth[ \t]+)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\S+)/gm,
  /(\bAuthorization\b.{0,20}?\b(?:Basic|Bearer)[ \t]+)([\w+/=.~-]+)/gi,
];

/** A configuration as it can be shown: without passwords, hashed or not, where a proxy has them. */
export function hidePasswords(text: string): string {
  return PATTERNS.reduce((shown, pattern) => shown.replaceAll(pattern, `$1${HIDDEN}`), text);
}
