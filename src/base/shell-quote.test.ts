import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellQuote } from './shell-quote.ts';

describe('shellQuote', () => {
  it('leaves an ordinary path as it is', () => {
    expect(shellQuote('/etc/nginx/conf.d/.tsgen/a-b_c.conf')).toBe(
      '/etc/nginx/conf.d/.tsgen/a-b_c.conf',
    );
  });

  it.each(['', 'a b', "it's", '$(touch x)', '`x`', 'a;b', 'a\nb', '*', '~', '"', '\\'])(
    'gives the shell %j back as one word',
    (value) => {
      const script = `printf '%s|' ${shellQuote(value)} end`;
      expect(execFileSync('/bin/sh', ['-c', script]).toString()).toBe(`${value}|end|`);
    },
  );
});
