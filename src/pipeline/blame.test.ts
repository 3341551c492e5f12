import { describe, expect, it } from 'vitest';
import { readProxySettings } from '../routing/read-proxy-settings.ts';
import { blamed } from './blame.ts';

const rejected = (message: string) => ({ kind: 'rejected', message }) as const;
const UNKNOWN = rejected('nginx: [emerg] unknown "reqest" variable');
const blame = (env: Readonly<Record<string, string>>, outcome = UNKNOWN) =>
  blamed(outcome, readProxySettings(env).settings);

describe('blamed', () => {
  it.each([
    [{ LOG_FORMAT: '$host $reqest' }, 'LOG_FORMAT'],
    [{ LOG_FORMAT: `"\${reqest}"` }, 'LOG_FORMAT'],
    [{ DEFAULT_ROOT: '301 https://$reqest/' }, 'DEFAULT_ROOT'],
    [{ LOG_FORMAT: '$reqest', DEFAULT_ROOT: '200 $reqest' }, 'LOG_FORMAT and DEFAULT_ROOT'],
  ])('names the setting that holds an unknown variable: %j', (env, named) => {
    expect(blame(env)).toEqual(
      rejected(
        `${UNKNOWN.message}\n$reqest stands in ${named}, and the proxy knows no such variable: change or unset it.`,
      ),
    );
  });

  it('leaves all else as it is', () => {
    expect(blame({ LOG_FORMAT: '$reqestx $host' })).toBe(UNKNOWN);
    const other = rejected('nginx: [emerg] host not found in upstream');
    expect(blame({ LOG_FORMAT: '$reqest' }, other)).toBe(other);
    const settings = readProxySettings({ LOG_FORMAT: '$reqest' }).settings;
    expect(blamed({ kind: 'aborted' }, settings)).toEqual({ kind: 'aborted' });
  });
});
