import { chmod, rm } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { aFaultScene } from '../../support/fault-scene.ts';
import { resourcesOf } from '../../support/process-resources.ts';
import { SOON } from '../../support/soon.ts';

describe('a check in the proxy that', () => {
  it.each([
    ['is missing', { exitCode: 127, stderr: 'sh: check: not found\n' }, 'exit status 127'],
    ['crashes', { exitCode: 139, stderr: 'Segmentation fault\n' }, 'exit status 139'],
    ['hangs', { hangs: true }, 'did not end within 1 s'],
    ['dies with its proxy', { exitCode: 137 }, 'exit status 137'],
  ])(
    '%s is no verdict: what works stays, and is brought up to date after it',
    async (_, said, log) => {
      const { web, join, start, settled, expectServing, expectRecovered, proxy } =
        await aFaultScene();
      for (const name of ['a', 'b']) web(name);
      const watch = start({ args: ['--check-timeout', '1'] });
      await settled(watch, 'a', 'b');
      proxy.before = (asked) => (asked === 'check' ? said : undefined);
      join('c');
      await expect.poll(watch.log).toContain(log);
      await expectServing(watch, 'a', 'b');
      proxy.before = () => undefined;
      await expectRecovered(watch, 'a', 'b', 'c');
      expect(watch.log()).not.toContain('is set aside');
    },
  );
});

describe('a check here that', () => {
  const CHECKS: Readonly<Record<string, readonly [string, string]>> = {
    'is missing': ['exec ./not-there', 'exit status 127'],
    'may not be run': ['exec ./names.hbs', 'exit status 126'],
    'kills itself': ['kill -SEGV $$', 'exit status 139'],
    'hangs, and what it has started with it': ['sleep 300 & sleep 300', 'did not end within 1 s'],
    'ignores that it is told to end': [
      "trap '' TERM; while :; do sleep 0.1; done",
      'did not end within 1 s',
    ],
  };

  it.each(Object.entries(CHECKS))(
    '%s is no verdict, and leaves no process behind',
    async (_, [line, log]) => {
      const { cli, engine, write, names, file } = await aFaultScene();
      await write('check', `#!/bin/sh\n[ ! -e broken ] || { ${line}\n}\ngrep -q proxy "$1"\n`);
      await chmod(file('check'), 0o755);
      const watch = cli.start(
        ...['--watch', '--check', './check {file}', '--check-timeout', '1', 'names.hbs', 'out'],
      );
      await expect.poll(() => names()).toEqual(['proxy']);
      const before = await resourcesOf(watch.pid);
      await write('broken', '');
      engine.emit('start', engine.addContainer({ name: 'a' }));
      await expect.poll(watch.log).toContain(log);
      expect(await names()).toEqual(['proxy']);
      await rm(file('broken'));
      await expect.poll(() => names()).toEqual(['a', 'proxy']);
      await vi.waitFor(async () => {
        const now = await resourcesOf(watch.pid);
        expect(now).toMatchObject({ zombies: [], children: [] });
        expect(now.files).toBeLessThanOrEqual(before.files);
      }, SOON);
    },
  );
});
