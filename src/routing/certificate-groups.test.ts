import { describe, expect, it } from 'vitest';
import { certificateGroups } from './certificate-groups.ts';

const groups = (...names: readonly string[]) =>
  certificateGroups(
    '/c',
    names.toSorted((a, b) => (a < b ? -1 : 1)),
  );

describe('the names in the folder of certificates', () => {
  it('group what belongs to one certificate', () => {
    const { certificates, authorities, problems } = groups(
      ...['a.test.crt', 'a.test.key', 'a.test.dhparam.pem', 'a.test.chain.pem', 'b.crt', 'c.key'],
      ...['a.test', 'README', 'd.dhparam.pem', '.crt', '.key'],
    );
    expect(certificates).toEqual([
      {
        name: 'a.test',
        certificate: '/c/a.test.crt',
        key: '/c/a.test.key',
        dhparam: '/c/a.test.dhparam.pem',
        chain: '/c/a.test.chain.pem',
      },
      { name: 'b', certificate: '/c/b.crt' },
      { name: 'c', key: '/c/c.key' },
    ]);
    expect([authorities, problems]).toEqual([[], []]);
  });

  it('tell authorities, for one host and for all, with their revocations', () => {
    const { certificates, authorities } = groups(
      'a.ca.crt',
      'a.crl.pem',
      'ca.crt',
      'ca.crl.pem',
      'b.ca.crt',
    );
    expect(authorities).toEqual([
      { name: 'a', certificate: '/c/a.ca.crt', crl: '/c/a.crl.pem', hasKey: false },
      { name: 'b', certificate: '/c/b.ca.crt', hasKey: false },
      { name: '', certificate: '/c/ca.crt', crl: '/c/ca.crl.pem', hasKey: false },
    ]);
    expect(certificates).toEqual([]);
  });

  it('may mean either where a key lies beside it', () => {
    const { certificates, authorities } = groups('a.ca.crt', 'a.ca.key');
    expect(authorities).toMatchObject([{ name: 'a', hasKey: true }]);
    expect(certificates).toMatchObject([{ name: 'a.ca' }]);
  });

  it('stand for nothing when a configuration could not take them', () => {
    const { certificates, problems } = groups('$a.crt', 'a b.key', 'a;.crt', 'a b.pem');
    expect(certificates).toEqual([]);
    expect(problems.map(({ path }) => path)).toEqual(['/c/$a.crt', '/c/a b.key', '/c/a;.crt']);
  });
});
