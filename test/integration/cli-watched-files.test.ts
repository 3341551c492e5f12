import { mkdir, rename, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';

/** A watch over `t.hbs`, whose engine says nothing more once it has begun. */
async function scene(template: string, ...args: string[]) {
  const made = await aCliScene();
  const { cli, engine, text, write } = made;
  engine.addContainer({ name: 'web' });
  await write('t.hbs', template);
  const watch = cli.start('--watch', '--log-level', 'debug', ...args, 't.hbs', 'out');
  await expect.poll(watch.log).toContain('Generated');
  return {
    ...made,
    watch,
    /** Until the destination holds this. */
    becomes: async (content: string) => await expect.poll(() => text('out')).toBe(`${content}\n`),
    /** How often something was rendered, with or without effect. */
    rendered: () => watch.log().match(/Generated '|did not change/g)?.length ?? 0,
  };
}

describe('a watch renders again, without an event of the engine,', () => {
  it('when its template is written to or replaced', async () => {
    const { write, file, becomes, engine } = await scene('one\n');
    const asked = engine.count(/./);
    await write('t.hbs', 'two\n');
    await becomes('two');
    await write('new.hbs', 'three\n');
    await rename(file('new.hbs'), file('t.hbs'));
    await becomes('three');
    expect(engine.count(/./)).toBe(asked);
  });

  it('when a file that include or exists looked at comes, changes or goes', async () => {
    const template =
      '{{#if (exists "sub/flag")}}yes{{else}}no{{/if}} [{{trim (include "text")}}]\n';
    const { write, file, becomes } = await scene(template);
    await becomes('no []');
    await write('text', 'some');
    await becomes('no [some]');
    await mkdir(file('sub'));
    await write('sub/flag', '');
    await becomes('yes [some]');
    await write('text', 'other');
    await becomes('yes [other]');
    await rm(file('sub'), { recursive: true });
    await becomes('no [other]');
  });

  it('when an entry of a folder that dir listed comes or goes', async () => {
    const { write, file, becomes } = await scene('{{join "," (dir "d")}}.\n');
    await becomes('.');
    await mkdir(file('d'));
    await write('d/b', '');
    await becomes('b.');
    await write('d/a', '');
    await becomes('a,b.');
    await rm(file('d/b'));
    await becomes('a.');
  });

  it('and follows the files of the last rendering only', async () => {
    const { write, becomes, watch } = await scene('{{include (trim (include "which"))}}\n');
    await write('one', '1');
    await write('two', '2');
    await write('which', 'one');
    await becomes('1');
    await write('which', 'two');
    await becomes('2');
    // What was written is there a moment before the watch lets go of what it no longer needs.
    await write('two', '22');
    await becomes('22');
    await write('one', 'nobody looks here any more');
    await write('two', '222');
    await becomes('222');
    expect(watch.log()).not.toContain(`/one' has changed`);
  });

  it('but not for what it writes itself', async () => {
    const { write, becomes, rendered, watch, file } = await scene(
      '{{include "text"}}{{#if (include "out")}}.{{/if}}\n',
    );
    await write('text', 'a');
    await becomes('a');
    await write('text', 'b');
    await becomes('b.');
    expect(watch.log()).not.toContain(`'${file('out')}' has changed`);
    // A rendering for each change of `text`, be it noticed once or twice.
    const noticed = () => watch.log().match(/\/text' has changed/g)?.length ?? 0;
    await expect.poll(() => rendered() - noticed()).toBe(1);
  });

  it('later, while --wait holds', async () => {
    const { write, text, becomes, watch } = await scene('one\n', '--wait', '4s:16s');
    await write('t.hbs', 'two\n');
    await expect.poll(watch.log).toContain("t.hbs' has changed");
    expect(await text('out')).toBe('one\n');
    await becomes('two');
  });
});

describe('a watch with a template that is broken', () => {
  it('keeps the last good file, says it once, and goes on when an edit mends it', async () => {
    const { write, text, becomes, watch, file } = await scene('one\n');
    await write('t.hbs', '{{grupBy containers "Name"}}\n');
    await expect.poll(watch.log).toContain('grupBy');
    expect(await text('out')).toBe('one\n');
    // Another mistake is another thing to say.
    await write('t.hbs', '{{> nowhere}}\n');
    await expect.poll(watch.log).toContain('there is no partial "nowhere"');
    await rm(file('t.hbs'));
    await expect.poll(watch.log).toContain('it does not exist');
    await write('t.hbs', 'two\n');
    await becomes('two');
    expect(watch.log().match(/there is no helper "grupBy"/g)).toHaveLength(1);
    watch.signal('SIGTERM');
    expect((await watch.ended).exitCode).toBe(0);
  });
});

describe('a job that follows no events', () => {
  it('renders at its interval only', async () => {
    const { cli, write, text, engine } = await aCliScene();
    engine.addContainer({ name: 'web' });
    await write('t.hbs', 'one\n');
    const job = cli.start('--log-level', 'debug', '--interval', '3', 't.hbs', 'out');
    await expect.poll(() => text('out')).toBe('one\n');
    await write('t.hbs', 'two\n');
    await expect.poll(() => text('out')).toBe('two\n');
    expect(job.log()).not.toContain('has changed');
  });
});
