import { invalid, type Validated, valid } from './validated.ts';

/** Reads `VIRTUAL_ROOT`: an absolute path of plain characters, because proxies expand others. */
export function parseRoot(text: string): Validated<string> {
  if (!text.startsWith('/')) return invalid('a root is an absolute path');
  if (text.length > 1024) return invalid('it is longer than 1024 characters');
  if (!/^[\w/.@+,=:~-]+$/.test(text)) {
    return invalid('a root holds letters, digits, / . _ - and @ + , = : ~');
  }
  return valid(text);
}
