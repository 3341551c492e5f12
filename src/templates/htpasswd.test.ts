import { describe, expect, it } from 'vitest';
import { readHtpasswd } from './htpasswd.ts';

describe('a file of users', () => {
  it('gives those whose hash crypt(3) knows, and the names of the others', () => {
    const text = [
      '# a comment',
      'bcrypt:$2y$05$abcdefghijklmnopqrstuv',
      'sha:$6$salt$hash./:ignored',
      'md5:$1$salt$hash',
      'apache:$apr1$salt$hash',
      'sha1:{SHA}abc=',
      'des:abJnggxhB/yWI',
      'plain:secret',
      'two words:$5$salt$hash',
      'quo"te:$5$salt$hash',
      'bcrypt:$5$later$hash',
      '',
      ':$5$salt$hash',
    ].join('\r\n');
    expect(readHtpasswd(text)).toEqual({
      users: [
        { name: 'bcrypt', hash: '$2y$05$abcdefghijklmnopqrstuv' },
        { name: 'sha', hash: '$6$salt$hash./' },
        { name: 'md5', hash: '$1$salt$hash' },
      ],
      refused: ['apache', 'sha1', 'des', 'plain', 'two words', 'quo"te'],
    });
  });

  it('is empty for an empty file', () => {
    expect(readHtpasswd('')).toEqual({ users: [], refused: [] });
  });
});
