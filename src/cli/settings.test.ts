import { describe, expect, it } from 'vitest';
import { nginx } from '../proxies/nginx.ts';
import type { FlagValues } from './flags.ts';
import { resolveSettings } from './settings.ts';

function settings(flags: FlagValues, ...operands: string[]) {
  return resolveSettings({ flags, operands, cwd: '/home/me' });
}

describe('resolveSettings', () => {
  it('takes what the name of a bundled template implies', () => {
    expect(settings({ template: 'nginx.conf.hbs' })).toMatchObject({
      mode: 'watch',
      destination: '/etc/nginx/conf.d/default.conf',
      check: nginx.checkCommand,
      notifications: [{ kind: 'command', command: 'nginx -s reload' }],
    });
  });

  it('implies nothing but the template once a destination is given', () => {
    const { check, ...rest } = settings({ template: 'nginx.conf.hbs', dest: 'out.conf' });
    expect(check).toBeUndefined();
    expect(rest).toMatchObject({
      mode: 'watch',
      destination: '/home/me/out.conf',
      notifications: [],
    });
  });

  it('lets each implied value be replaced, or the notification be none', () => {
    const own = settings({ template: 'nginx.conf.hbs', check: 'true', notify: 'service x reload' });
    expect(own.check).toBe('true');
    expect(own.notifications).toEqual([{ kind: 'command', command: 'service x reload' }]);
    expect(settings({ template: 'nginx.conf.hbs', notify: '' }).notifications).toEqual([]);
  });

  it('implies nothing for the path of a file that has the name of a bundled template', () => {
    const { check, destination } = settings({ template: './nginx.conf.hbs' });
    expect({ check, destination }).toEqual({ check: undefined, destination: '' });
  });

  it('renders once in the form of docker-gen, and implies nothing', () => {
    const once = settings({}, 'nginx.conf.hbs');
    expect(once).toMatchObject({ mode: 'once', destination: '', notifications: [] });
    expect(once.check).toBeUndefined();
    expect(settings({}, 'a.hbs', '/tmp/a')).toMatchObject({ mode: 'once', destination: '/tmp/a' });
    expect(settings({ watch: true }, 'a.hbs', 'b')).toMatchObject({ mode: 'watch' });
    expect(settings({ template: 'a.hbs', once: true })).toMatchObject({ mode: 'once' });
  });

  it('tells in the order of docker-gen: the command, HUP, then signals', () => {
    const { notifications } = settings({
      template: 'a.hbs',
      notify: 'reload',
      'notify-sighup': ['a'],
      'notify-container': ['b', 'c'],
      'notify-signal': '-1',
    });
    expect(notifications).toEqual([
      { kind: 'command', command: 'reload' },
      { kind: 'signal', container: 'a', signal: 1 },
      { kind: 'signal', container: 'b', signal: -1 },
      { kind: 'signal', container: 'c', signal: -1 },
    ]);
  });

  it('reads the limits in seconds', () => {
    const { checkTimeoutMs, notifyTimeoutMs } = settings({
      template: 'a.hbs',
      'check-timeout': '0.5',
    });
    expect({ checkTimeoutMs, notifyTimeoutMs }).toEqual({
      checkTimeoutMs: 500,
      notifyTimeoutMs: 30_000,
    });
  });

  it.each<[string, FlagValues, string[]]>([
    ['There is no template', {}, []],
    ['There are two templates', { template: 'a.hbs' }, ['b.hbs']],
    ['There are two destinations', { dest: 'x' }, ['a.hbs', 'y']],
    ['--watch and --once', { template: 'a.hbs', watch: true, once: true }, []],
    ['--check needs a destination', { template: 'a.hbs', check: 'nginx -t -c {file}' }, []],
    [
      "--check-timeout takes seconds, more than 0 and at most 3600; it got '0'",
      { template: 'a.hbs', 'check-timeout': '0' },
      [],
    ],
    ["it got 'soon'", { template: 'a.hbs', 'notify-timeout': 'soon' }, []],
    ["it got 'HUP'", { template: 'a.hbs', 'notify-signal': 'HUP' }, []],
    ["it got '65'", { template: 'a.hbs', 'notify-signal': '65' }, []],
    ["Cannot read the proxy selector 'label='", { template: 'a.hbs', proxy: 'label=' }, []],
  ])('refuses what cannot be meant: %s', (message, flags, operands) => {
    expect(() => settings(flags, ...operands)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
    );
  });
});
