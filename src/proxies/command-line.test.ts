import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';

describe('parseCommandLine', () => {
  it.each([
    ["nginx -g 'daemon off;'", ['nginx', '-g', 'daemon off;'], 'nginx'],
    ['nginx -g "daemon off;"', ['nginx', '-g', 'daemon off;'], 'nginx'],
    ['  /usr/sbin/nginx\t-c  a\\ b ', ['/usr/sbin/nginx', '-c', 'a b'], 'nginx'],
    [`say "a \\"b\\" \\c" ''`, ['say', 'a "b" \\c', ''], 'say'],
    ['say --key=value', ['say', '--key=value'], 'say'],
  ])('starts a program itself: %s', (text, argv, program) => {
    expect(parseCommandLine(text)).toEqual({ text, argv, program });
  });

  it.each([
    ['nginx -c $CONF', 'exec nginx -c $CONF', 'nginx'],
    ['nginx -c "$CONF"', 'exec nginx -c "$CONF"', 'nginx'],
    ['haproxy -f /etc/*.cfg', 'exec haproxy -f /etc/*.cfg', 'haproxy'],
    ['nginx 2>/log', 'exec nginx 2>/log', 'nginx'],
    ['exec nginx -c $CONF', 'exec nginx -c $CONF', 'nginx'],
    ['$PROXY -x', 'exec $PROXY -x', undefined],
  ])('has a shell make way for the program: %s', (text, line, program) => {
    expect(parseCommandLine(text)).toEqual({ text, argv: ['/bin/sh', '-c', line], program });
  });

  it.each([
    'prepare && exec nginx',
    'a; b',
    'a | b',
    'nginx -c $(find-it)',
    'nginx\nother',
    'CONF=x nginx',
    'if true; then nginx; fi',
  ])('leaves to the shell what is more than one command: %j', (text) => {
    expect(parseCommandLine(text)).toEqual({
      text,
      argv: ['/bin/sh', '-c', text],
      program: undefined,
    });
  });

  it.each(['', '  ', "''", "nginx -g 'daemon off;", 'nginx "'])('refuses %j', (text) => {
    expect(() => parseCommandLine(text)).toThrow(
      expect.objectContaining({ name: 'TsgenError', kind: 'usage' }),
    );
  });
});
