import { describe, expect, it } from 'vitest';
import { DEFAULT_TLS_POLICY_NAME, parseTlsPolicy, TLS_POLICIES } from './tls-policies.ts';

function named(name: string) {
  const parsed = parseTlsPolicy(name);
  if (parsed.kind === 'invalid') throw new Error(parsed.reason);
  return parsed.value;
}

describe('the TLS policies', () => {
  it('are 22, each with a name of its own', () => {
    expect(new Set(TLS_POLICIES.map(({ name }) => name.toLowerCase())).size).toBe(22);
    expect(TLS_POLICIES).toHaveLength(22);
    expect(named(DEFAULT_TLS_POLICY_NAME).protocols).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  it('are found in either case', () => {
    expect(named('mozilla-MODERN').name).toBe('Mozilla-Modern');
  });

  it('offer versions in order and no cipher twice', () => {
    const order = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
    for (const { protocols, ciphers } of TLS_POLICIES) {
      const first = order.indexOf(protocols[0] ?? '');
      expect(order.slice(first, first + protocols.length)).toEqual(protocols);
      expect(new Set(ciphers).size).toBe(ciphers.length);
      for (const cipher of ciphers) expect(cipher).toMatch(/^[A-Z0-9-]+$/);
    }
  });

  it('have ciphers unless they offer TLS 1.3 alone', () => {
    const without = TLS_POLICIES.filter(({ ciphers }) => ciphers.length === 0);
    expect(without.map(({ name }) => name)).toEqual(['Mozilla-Modern', 'AWS-TLS13-1-3-2021-06']);
  });

  it('say their ciphers to OpenSSL, with the level where it is not its own', () => {
    expect(named('Mozilla-Modern').cipherList).toBe('');
    expect(named('AWS-FS-1-2-Res-2020-10').cipherList).toBe(
      'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
    );
    expect(named('AWS-2016-08').cipherList).toMatch(/^ECDHE-.*:AES256-SHA:@SECLEVEL=0$/);
    // Templates spell it bare.
    for (const { cipherList } of TLS_POLICIES) expect(cipherList).toMatch(/^[A-Z0-9:@=-]*$/);
  });

  it('lower the security level just where they offer TLS before 1.2', () => {
    for (const policy of TLS_POLICIES) {
      const isOld = policy.protocols.some((one) => one === 'TLSv1' || one === 'TLSv1.1');
      expect(policy.securityLevel).toBe(isOld ? 0 : 2);
    }
  });

  it('suggest the nearest name, else list them', () => {
    const reasonOf = (name: string) => {
      const parsed = parseTlsPolicy(name);
      return parsed.kind === 'invalid' ? parsed.reason : '';
    };
    expect(reasonOf('Mozilla-Modem')).toBe(
      'there is no such TLS policy: did you mean Mozilla-Modern?',
    );
    expect(reasonOf('none')).toMatch(/it is one of Mozilla-Modern, .*, AWS-2015-02$/);
  });
});
