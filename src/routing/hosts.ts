import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { HostKind } from './model.ts';
import { regexFault } from './regex.ts';
import { invalid, type Validated, valid } from './validated.ts';

export interface Host {
  /** As `Site.host`. */
  readonly host: string;
  readonly kind: HostKind;
}

/**
 * Reads one item of `VIRTUAL_HOST`: `example.com`, `*.example.com`, `www.example.*`, `~regex`, or
 * an IP address. Names become lower case and lose a trailing dot, international ones become
 * Punycode, IPv6 addresses are shortened and bracketed: the forms in which a proxy sees them in a
 * request. Limits of length are those of RFC 1035; underscores are allowed because people use them.
 *
 * @param text without blanks around it
 */
export function parseHost(text: string): Validated<Host> {
  if (text.startsWith('~')) return parseRegexHost(text);
  const ipv6 = parseIpv6(text);
  if (ipv6 !== undefined) return valid({ host: ipv6, kind: 'exact' });
  const misplaced = misplacedPart(text);
  if (misplaced !== undefined) return invalid(misplaced);

  if (text === '*' || (text.startsWith('*.') && text.endsWith('.*'))) {
    return invalid('a wildcard needs a name beside it, and stands at one end only');
  }
  if (text.startsWith('*.')) return parseName(text.slice(2), 'wildcard-prefix');
  if (text.endsWith('.*')) return parseName(text.slice(0, -2), 'wildcard-suffix');
  if (text.includes('*')) {
    return invalid(
      'a wildcard is the whole first or the whole last part of a name: *.example.com, example.*',
    );
  }
  if (text.startsWith('.')) {
    return invalid(`a name cannot begin with a dot: write ${text.slice(1)},*${text} for both`);
  }
  return parseName(text.endsWith('.') ? text.slice(0, -1) : text, 'exact');
}

function parseRegexHost(text: string): Validated<Host> {
  if (text.includes('/')) return invalid('no host has a /: VIRTUAL_PATH is for the path');
  const fault = regexFault(text.slice(1));
  return fault === undefined ? valid({ host: text, kind: 'regex' }) : invalid(fault);
}

/** Names, and most addresses, have no colon: Node's expression takes 3 ms to compile. */
export function isAddress6(text: string): boolean {
  return text.includes(':') && isIPv6(text);
}

function parseIpv6(text: string): string | undefined {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  // A zone (fe80::1%eth0) means something on one machine only.
  if (!isAddress6(bare) || bare.includes('%')) return undefined;
  return new URL(`http://[${bare}]/`).hostname;
}

/** Advice for what people write into VIRTUAL_HOST that belongs elsewhere. */
function misplacedPart(text: string): string | undefined {
  if (text.includes('://'))
    return 'a host is a name without a scheme: leave out http:// or https://';
  if (text.includes('/')) return 'a host is a name without a path: VIRTUAL_PATH is for the path';
  if (/:\d*$/.test(text)) {
    return "a host is a name without a port: VIRTUAL_PORT is the container's port";
  }
  return undefined;
}

function parseName(text: string, kind: Exclude<HostKind, 'regex'>): Validated<Host> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  const name = (isAscii ? text : domainToASCII(text)).toLowerCase();
  if (!isAscii && name === '') return invalid('the international name has no valid ASCII form');

  const host = { exact: name, 'wildcard-prefix': `*.${name}`, 'wildcard-suffix': `${name}.*` }[
    kind
  ];
  if (host.length > 253) return invalid('the name is longer than 253 characters');
  const fault = name.split('.').map(labelFault).find(Boolean);
  return fault === undefined ? valid({ host, kind }) : invalid(fault);
}

function labelFault(label: string): string | undefined {
  if (label === '') return 'the name has an empty part';
  if (label.length > 63) return 'a part of the name between dots is longer than 63 characters';
  if (!/^[a-z0-9_-]+$/.test(label)) {
    return 'a name consists of letters, digits, hyphens, underscores and dots';
  }
  return undefined;
}
