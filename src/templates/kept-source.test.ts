import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder } from '../../test/support/temporary-folder.ts';
import { KeptSource, type KeptSourceOptions } from './kept-source.ts';
import { loadTemplate } from './load.ts';

async function aTemplate() {
  const folder = await aFolder();
  const [main, partials] = [join(folder, 'main.hbs'), join(folder, 'partials')];
  await mkdir(partials);
  await writeFile(main, 'main');
  await writeFile(join(partials, 'a.hbs'), 'a');
  const noted: string[] = [];
  const seen = { now: (await stat(main)).ctimeMs + 60_000, loads: 0 };
  const options: KeptSourceOptions = {
    load: async (note) => {
      seen.loads += 1;
      return await loadTemplate(main, { partialDirs: [partials], note });
    },
    note: (path) => noted.push(path),
    now: () => seen.now,
  };
  const kept = new KeptSource(options);
  return Object.assign(seen, { folder, main, partials, kept, noted, options });
}

describe('KeptSource', () => {
  it('reads everything once while nobody touches it, and tells of each path each time', async () => {
    const template = await aTemplate();
    const first = await template.kept.load();
    const told = template.noted.splice(0);
    expect(await template.kept.load()).toBe(first);
    expect(template.loads).toBe(1);
    expect(told).toContain(join(template.partials, 'a.hbs'));
    expect(template.noted).toEqual(told);
  });

  it.each([
    ['the template was edited', ({ main }) => writeFile(main, 'other')],
    ['a partial was edited', ({ partials }) => writeFile(join(partials, 'a.hbs'), 'other')],
    ['a partial came', ({ partials }) => writeFile(join(partials, 'b.hbs'), 'other')],
    ['a partial went', ({ partials }) => rm(join(partials, 'a.hbs'))],
  ] satisfies [string, (template: Awaited<ReturnType<typeof aTemplate>>) => Promise<void>][])(
    'reads again when %s',
    async (_, change) => {
      const template = await aTemplate();
      const before = await template.kept.load();
      await change(template);
      const after = await template.kept.load();
      expect(after).not.toEqual(before);
      expect(await template.kept.load()).toBe(after);
    },
  );

  it('leaves partials alone that the template does not reach, until one that it does changes', async () => {
    const template = await aTemplate();
    const other = join(template.partials, 'b.hbs');
    await writeFile(other, 'b');
    const kept = new KeptSource({ ...template.options, reached: () => new Set(['a']) });
    const first = await kept.load();
    template.noted.length = 0;
    await writeFile(other, 'other');
    expect(await kept.load()).toBe(first);
    expect(template.noted).toContain(join(template.partials, 'a.hbs'));
    expect(template.noted).not.toContain(other);
    await writeFile(join(template.partials, 'a.hbs'), 'reaches b');
    expect((await kept.load()).partials.get('b')).toBe('other');
  });

  it('reads again what may have changed once more and look the same', async () => {
    const template = await aTemplate();
    template.now -= 60_000;
    await template.kept.load();
    await template.kept.load();
    expect(template.loads).toBe(2);
  });

  it('keeps nothing of what could not be read', async () => {
    const template = await aTemplate();
    await template.kept.load();
    await rm(template.main);
    await expect(template.kept.load()).rejects.toThrow('it does not exist');
    await writeFile(template.main, 'back');
    expect(await template.kept.load()).toMatchObject({ text: 'back' });
  });
});
