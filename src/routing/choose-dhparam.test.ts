import { describe, expect, it } from 'vitest';
import { aCertificate, filesWith } from '../../test/support/routing-files.ts';
import { dhparamFor } from './choose-dhparam.ts';

const common = { kind: 'usable', path: '/dhparam', digest: 'd' } as const;
const plain = aCertificate('a.test');

describe('dhparamFor', () => {
  it('takes those of the certificate before those for all sites', () => {
    const own = aCertificate('a.test', { dhparam: '/certs/a.test.dhparam.pem', digest: 'a' });
    expect(dhparamFor(own, filesWith({ dhparam: common }))).toEqual({
      path: '/certs/a.test.dhparam.pem',
      digest: 'a',
    });
    expect(dhparamFor(plain, filesWith({ dhparam: common }))).toEqual({
      path: '/dhparam',
      digest: 'd',
    });
  });

  it('takes none where there are none that can be used', () => {
    const unusable = { kind: 'unusable', path: '/dhparam', reason: 'it is short' } as const;
    expect(dhparamFor(plain, filesWith({}))).toBeUndefined();
    expect(dhparamFor(plain, filesWith({ dhparam: unusable }))).toBeUndefined();
  });
});
