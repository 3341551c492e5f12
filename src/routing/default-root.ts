import { textFault } from './text-fault.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** What a site without a route for `/` answers there. */
export type DefaultRoot =
  /** Whatever the proxy itself has. */
  | { readonly kind: 'none' }
  /** A status, and with it a text or, for a redirect, a URL. */
  | { readonly kind: 'return'; readonly status: number; readonly text: string };

/** Reads `DEFAULT_ROOT`, which is nginx's `return`: a status alone, with a text, or a URL with or without a status. */
export function parseDefaultRoot(text: string): Validated<DefaultRoot> {
  if (text.toLowerCase() === 'none') return valid({ kind: 'none' });
  const [, status = '302', rest = ''] =
    /^(\d{3})(?:\s+(\S.*))?$/s.exec(text) ??
    (/^(?:https?:\/\/|\$scheme)/.test(text) ? ['', '302', text] : []);
  const number = Number(status);
  if (rest === '' && !/^\d{3}$/.test(text)) {
    return invalid('it is a status such as 404, a status with a URL or a text, a URL, or none');
  }
  if (number < 100 || (number > 599 && number !== 444)) return invalid('a status is 100 to 599');
  const isRedirect = [301, 302, 303, 307, 308].includes(number);
  if (isRedirect && rest === '') return invalid(`a redirect ${status} needs a URL after it`);
  const fault = textFault(rest, 1000);
  if (fault !== undefined) return invalid(fault);
  return valid({ kind: 'return', status: number, text: unquoted(rest) });
}

function unquoted(text: string): string {
  return /^"(.*)"$|^'(.*)'$/s.exec(text)?.slice(1).find(Boolean) ?? text;
}
