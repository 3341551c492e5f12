import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileSystem, systemFiles } from '../../src/output/files.ts';
import type { Rendering } from '../../src/output/rendering.ts';
import type { CommandRunner } from '../../src/output/runner.ts';
import {
  aDestination,
  aRendering,
  LINT,
  LINT_LIVE,
  LOCAL,
  type Wish,
} from '../support/output-destination.ts';

/** What a killed process waits for. */
const killed = new Promise<never>(() => undefined);

/** A run that comes as far as its check, and is heard of no more. */
async function killedDuringCheck<T extends unknown[]>(
  apply: (wish: Wish, ...texts: T) => Promise<unknown>,
  wish: Wish,
  ...texts: T
): Promise<void> {
  await new Promise<void>((begun) => {
    const run: CommandRunner['run'] = async () => {
      begun();
      return await killed;
    };
    void apply({ ...wish, checkRunner: { ...LOCAL, run } }, ...texts);
  });
}

describe('several files', () => {
  it('are live only when all are, the main one last', async () => {
    const { conf, dest, run } = await aDestination();
    const side = { path: join(conf, 'side-1.map'), chunks: ['map'] };
    const main = { path: dest, chunks: ['good'] };
    const { output } = await run({ check: `grep -q map '${side.path}' && : {file}` });
    const rendering: Rendering = { ...aRendering(dest, ''), files: [main, side] };
    const options = { signal: new AbortController().signal };
    expect(await output.apply(rendering, options)).toMatchObject({ kind: 'applied' });
    expect(await output.apply(rendering, options)).toMatchObject({ kind: 'unchanged' });
    await rm(side.path);
    expect(await output.apply(rendering, options)).toMatchObject({ kind: 'applied' });
    expect(await readFile(side.path, 'utf8')).toBe('map');
  });

  /** A destination with two side files, and a way to give these other texts; without one it goes. */
  async function withSides() {
    const made = await aDestination();
    const paths = { one: join(made.conf, 'one'), two: join(made.conf, 'two') };
    const rendering = (main: string, sides: Partial<Record<keyof typeof paths, string>>) => ({
      ...aRendering(made.dest, main),
      files: [
        { path: made.dest, chunks: [main] },
        ...Object.entries(sides).map(([name, text]) => ({
          path: join(made.conf, name),
          chunks: [text],
        })),
      ] as Rendering['files'],
    });
    return {
      ...made,
      paths,
      /** What a run of tsgen makes of these texts. */
      apply: async (wish: Wish, ...texts: Parameters<typeof rendering>) => {
        const { output } = await made.run(wish);
        return await output.apply(rendering(...texts), { signal: new AbortController().signal });
      },
      texts: async () => {
        const read = (path: string) => readFile(path, 'utf8').catch(() => undefined);
        return [await made.live(), await read(paths.one), await read(paths.two)];
      },
    };
  }

  it('are left out alone where a container chose a folder that may not be written', async () => {
    const { conf, dest, run, live } = await aDestination();
    const access: FileSystem['access'] = async (path) => {
      if (path === join(conf, 'locked')) throw new Error('EACCES: permission denied');
    };
    await mkdir(join(conf, 'locked'));
    const { output, log } = await run({ files: { access } });
    const rendering: Rendering = {
      ...aRendering(dest, 'main'),
      files: [
        { path: dest, chunks: ['main'] },
        { path: join(conf, 'locked/a'), chunks: ['a'], confined: true, optional: true },
        { path: join(conf, 'b'), chunks: ['b'], confined: true, optional: true },
      ],
    };
    const options = { signal: new AbortController().signal };
    expect(await output.apply(rendering, options)).toMatchObject({ kind: 'applied' });
    expect(await output.apply(rendering, options)).toMatchObject({ kind: 'unchanged' });
    expect(await live()).toBe('main');
    expect(await readFile(join(conf, 'b'), 'utf8')).toBe('b');
    expect(await readdir(join(conf, 'locked'))).toEqual([]);
    expect(log.lines.filter((line) => line.startsWith('warn'))).toEqual([
      `warn The file '${join(conf, 'locked/a')}' is left out: EACCES: permission denied.`,
    ]);
  });

  it('give way to what must be written, whatever links lead there', async () => {
    const { conf, dest, run } = await aDestination();
    await mkdir(join(conf, 'real'));
    await symlink('real', join(conf, 'alias'));
    const rendering = (text: string): Rendering => ({
      ...aRendering(dest, 'main'),
      files: [
        { path: dest, chunks: ['main'] },
        { path: join(conf, 'alias/a'), chunks: ['evil'], confined: true, optional: true },
        { path: join(conf, 'real/a'), chunks: [text], confined: true },
      ],
    });
    for (const text of ['one', 'two', 'three']) {
      const { output } = await run();
      const options = { signal: new AbortController().signal };
      expect(await output.apply(rendering(text), options)).toMatchObject({ kind: 'applied' });
      expect(await readFile(join(conf, 'real/a'), 'utf8')).toBe(text);
    }
  });

  it('are as they were when one of them cannot be written', async () => {
    const { apply, texts, paths } = await withSides();
    await apply({}, 'main', { one: 'a' });
    const rename: FileSystem['rename'] = async (from, to) => {
      if (to === paths.two) throw Object.assign(new Error('EIO: broken disk'), { code: 'EIO' });
      await systemFiles.rename(from, to);
    };
    const files = { rename };
    expect(await apply({ files }, 'new', { one: 'b', two: 'b' })).toMatchObject({
      kind: 'failed',
      stage: 'write',
      message: expect.stringContaining('EIO'),
    });
    expect(await texts()).toEqual(['main', 'a', undefined]);
    expect(await apply({}, 'new', { one: 'b', two: 'b' })).toMatchObject({ kind: 'applied' });
    expect(await texts()).toEqual(['new', 'b', 'b']);
  });

  it.each([
    ['the candidate', LINT],
    ['what is live', LINT_LIVE],
  ])('come back at a start after a crash during the check of %s', async (_, check) => {
    const { apply, texts, run, paths } = await withSides();
    await apply({ check }, 'good', { one: 'a', two: 'a' });
    await chmod(paths.two, 0o600);
    await killedDuringCheck(apply, { check }, 'new', { one: 'b' });
    expect((await texts()).slice(1)).toEqual(['b', undefined]);
    const { log } = await run({ check });
    expect(log.lines.join()).toContain('had passed a check: what was there before is restored');
    expect(await texts()).toEqual(['good', 'a', 'a']);
    expect((await stat(paths.two)).mode & 0o777).toBe(0o600);
    expect((await run({ check })).log.lines).toEqual([]);
  });

  it('stay as they are at a start after a crash that came behind the swap', async () => {
    const { apply, texts, run } = await withSides();
    await apply({ check: LINT }, 'good', { one: 'a', two: 'a' });
    const rm: FileSystem['rm'] = async (path, options) => {
      if (basename(String(path)) === 'sides.json') throw new Error('dead');
      await systemFiles.rm(path, options);
    };
    const crash = apply({ check: LINT, files: { rm } }, 'good new', { one: 'b' });
    await expect(crash).rejects.toThrow('dead');
    const { log } = await run({ check: LINT });
    expect(log.lines).toEqual([]);
    expect(await texts()).toEqual(['good new', 'b', undefined]);
    expect(await apply({ check: LINT }, 'good', {})).toMatchObject({ kind: 'applied' });
    expect(await texts()).toEqual(['good', undefined, undefined]);
  });

  it('are known for tsgen’s own also after a crash amid their writing', async () => {
    const { apply, texts, dest } = await withSides();
    await apply({}, 'main', { one: 'a' });
    const files = {
      rename: async (from: string, to: string) => {
        if (to === dest) await killed;
        await systemFiles.rename(from, to);
      },
    } as Partial<FileSystem>;
    void apply({ files }, 'new', { one: 'b' });
    await expect.poll(texts).toEqual(['main', 'b', undefined]);
    expect(await apply({}, 'newer', { one: 'c' })).toMatchObject({ kind: 'applied' });
    expect(await texts()).toEqual(['newer', 'c', undefined]);
  });

  it('that a crash left half done are left alone where somebody has changed them', async () => {
    const { apply, texts, run, paths } = await withSides();
    await apply({ check: LINT }, 'good', { one: 'a', two: 'a' });
    await killedDuringCheck(apply, { check: LINT }, 'new', { one: 'b', two: 'b' });
    await writeFile(paths.one, 'by hand');
    await run({ check: LINT });
    expect(await texts()).toEqual(['good', 'by hand', 'a']);
  });
});
