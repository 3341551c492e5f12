import { expect } from 'vitest';
import { CONFIG_KEYS } from '../../../src/cli/config/keys.ts';
import { aCliScene } from '../../support/cli-scene.ts';
import { type Row, showRows } from '../../support/docker-gen-rows.ts';

const LISTED = 'template = "names.hbs"\n';

/** A scene with a container that runs, and a way to run what a configuration file says. */
async function scene() {
  const made = await aCliScene();
  const web = made.engine.addContainer({ name: 'web', labels: { tier: 'a' } });
  const write = (block: string) => made.write('docker-gen.cfg', `[[config]]\n${block}\n`);
  return {
    ...made,
    web,
    /** Renders once what a file with one block says. */
    once: async (block: string) => {
      await write(block);
      return await made.cli.run('-config', 'docker-gen.cfg');
    },
    start: async (block: string) => {
      await write(block);
      return made.cli.start('-config', 'docker-gen.cfg');
    },
  };
}

/** The containers that a job with this key sees, of one without ports, one that does not run, `web`. */
async function seen(key: string): Promise<readonly string[]> {
  const { engine, once } = await scene();
  engine.addContainer({ name: 'plain', exposed: [] });
  engine.addContainer({ name: 'off', running: false });
  const published = engine.addContainer({ name: 'published' });
  engine.container(published).NetworkSettings.Ports = {
    '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }],
  };
  const { stdout, exitCode, stderr } = await once(LISTED + key);
  expect(exitCode, stderr).toBe(0);
  return stdout.split('\n').filter(Boolean).sort();
}

/** docker-gen's keys, by the name in lower case. */
const KEY_ROWS: Readonly<Record<string, Row>> = {
  template: {
    'is the path of what is rendered': async () => {
      const { once } = await scene();
      expect((await once(LISTED)).stdout).toBe('web');
    },
  },
  dest: {
    'is where it goes; without it to standard output': async () => {
      const { once, text } = await scene();
      expect((await once(`${LISTED}dest = "out"`)).stdout).toBe('');
      expect(await text('out')).toBe('web\n');
      expect((await once(LISTED)).stdout).toBe('web');
    },
  },
  watch: {
    'follows what happens': async () => {
      const { engine, names, start } = await scene();
      const watch = await start(`${LISTED}dest = "out"\nwatch = true`);
      await expect.poll(names).toEqual(['web']);
      engine.start(engine.addContainer({ name: 'new', running: false }));
      await expect.poll(names).toEqual(['new', 'web']);
      watch.signal('SIGTERM');
      expect((await watch.ended).exitCode).toBe(0);
    },
  },
  wait: {
    'gathers a burst of changes into one rendering': async () => {
      const { engine, names, start } = await scene();
      const watch = await start(`${LISTED}dest = "out"\nwatch = true\nwait = "1s:20s"`);
      await expect.poll(names).toEqual(['web']);
      const burst = ['a', 'b', 'c'].map((name) => engine.addContainer({ name, running: false }));
      for (const id of burst) engine.start(id);
      await expect.poll(names).toEqual(['a', 'b', 'c', 'web']);
      for (const id of burst) {
        await expect.poll(watch.log).toContain(`for container ${id.slice(0, 12)}`);
      }
      // The file is there a moment before the log says so.
      await expect.poll(() => watch.log().match(/Generated '/g)).toHaveLength(2);
    },
  },
  notifycmd: {
    'is run by the shell after a change': async () => {
      const { once, lines } = await scene();
      const block = `${LISTED}dest = "out"\nnotifycmd = "echo told | cat >>told"`;
      await once(block);
      await once(block);
      expect(await lines('told')).toEqual(['told']);
    },
  },
  notifyoutput: {
    'logs what the command prints': async () => {
      const { once } = await scene();
      const block = (dest: string) => `${LISTED}dest = "${dest}"\nnotifycmd = "echo told"`;
      expect((await once(block('a'))).stderr).not.toContain('[echo told]: told');
      const loud = await once(`${block('b')}\nnotifyoutput = true`);
      expect(loud.stderr).toContain('[echo told]: told');
    },
  },
  notifycontainers: {
    'sends each container its own signal, and restarts at -1': async () => {
      const { engine, once, web } = await scene();
      engine.addContainer({ name: 'db' });
      const { exitCode } = await once(
        `${LISTED}dest = "out"\n  [config.NotifyContainers]\n  web = 12  # a signal\n  db = -1\n`,
      );
      expect(exitCode).toBe(0);
      expect(engine.signals).toEqual([{ container: web, signal: '12' }]);
      expect(engine.count(/restart$/)).toBe(1);
    },
  },
  notifycontainersfilter: {
    'signals all that fit': async () => {
      const { engine, once, web } = await scene();
      engine.addContainer({ name: 'other' });
      engine.onList = (wire) => wire.Config.Labels?.tier === 'a';
      const block = `${LISTED}dest = "out"\n[config.NotifyContainersFilter]\nlabel = ["tier=a"]`;
      expect((await once(block)).exitCode).toBe(0);
      expect(engine.signals).toEqual([{ container: web, signal: '1' }]);
    },
  },
  notifycontainerssignal: {
    'is the signal for those': async () => {
      const { engine, once, web } = await scene();
      engine.onList = (wire) => wire.Config.Labels?.tier === 'a';
      await once(
        `${LISTED}dest = "out"\nnotifycontainerssignal = 10\nnotifycontainersfilter = { label = ["tier=a"] }`,
      );
      expect(engine.signals).toEqual([{ container: web, signal: '10' }]);
    },
  },
  containerfilter: {
    'takes what fits': async () => {
      expect(await seen('containerfilter = { name = ["plain"] }')).toEqual(['plain']);
      expect(await seen('[config.ContainerFilter]\nstatus = ["created"]')).toEqual(['off']);
    },
  },
  interval: {
    'renders and notifies every so often': async () => {
      const { lines, start } = await scene();
      const block = `${LISTED}dest = "out"\ninterval = 1\nnotifycmd = "echo told >>told"`;
      const watch = await start(block);
      await expect.poll(async () => (await lines('told')).length).toBeGreaterThan(2);
      watch.signal('SIGTERM');
      expect((await watch.ended).exitCode).toBe(0);
    },
  },
  keepblanklines: {
    'keeps them': async () => {
      const { once, write, text } = await scene();
      await write('b.hbs', 'a\n\nb\n');
      await once('template = "b.hbs"\ndest = "out"\nkeepblanklines = true');
      expect(await text('out')).toBe('a\n\nb\n');
    },
  },
  onlyexposed: {
    'takes containers with an open port': async () => {
      expect(await seen('onlyexposed = true')).toEqual(['published', 'web']);
    },
  },
  onlypublished: {
    'takes containers with a published port': async () => {
      expect(await seen('onlypublished = true')).toEqual(['published']);
    },
  },
  includestopped: {
    'takes every state': async () => {
      expect(await seen('includestopped = true')).toEqual(['off', 'plain', 'published', 'web']);
      expect(await seen('')).toEqual(['plain', 'published', 'web']);
    },
  },
};

showRows('key', KEY_ROWS, {
  names: CONFIG_KEYS.filter(({ dockerGen }) => dockerGen).map(({ key }) => key),
  count: 15,
});
