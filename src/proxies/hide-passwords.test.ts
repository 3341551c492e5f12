import { describe, expect, it } from 'vitest';
import { hidePasswords } from './hide-passwords.ts';

describe('hidePasswords', () => {
  it.each([
    ['    user joe insecure-password sesame', '    user joe insecure-password (hidden)'],
    ['    user "j o" password "$5$a b\\"c"', '    user "j o" password (hidden)'],
    ["user joe password '$5$x y' groups all", 'user joe password (hidden) groups all'],
    ['stats auth joe:sesame', 'stats auth (hidden)'],
    [
      'proxy_set_header Authorization "Basic am9lOnNlc2FtZQ==";',
      'proxy_set_header Authorization "Basic (hidden)";',
    ],
    [
      'RequestHeader set Authorization "Bearer abc.def"',
      'RequestHeader set Authorization "Bearer (hidden)"',
    ],
  ])('%s', (line, shown) => {
    expect(hidePasswords(`a\n${line}\nb\n`)).toBe(`a\n${shown}\nb\n`);
  });

  it.each([
    '# without joe, whose password is hashed in a way that HAProxy cannot compare',
    'auth_basic_user_file /etc/nginx/htpasswd/a.test;',
    'server 10.0.0.1:80 max_fails=0; # web-1',
  ])('leaves %s', (line) => {
    expect(hidePasswords(line)).toBe(line);
  });
});
