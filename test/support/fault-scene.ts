import { mkdir, readdir } from 'node:fs/promises';
import { expect, vi } from 'vitest';
import type { StatusReport } from '../../src/status/report.ts';
import { askWatch } from './ask-watch.ts';
import type { BuiltCli, Running } from './built-cli.ts';
import { aCliScene } from './cli-scene.ts';
import { PAPER_TEMPLATE, PaperProxy } from './paper-proxy.ts';
import { type ProcessResources, resourcesOf } from './process-resources.ts';
import { SOON } from './soon.ts';

/** What one connection more or less, and a collector that has not run yet, may make. */
const SOCKETS_MORE = 2;
const MEBIBYTES_MORE = 96;

/**
 * A watch of the built command line, with a proxy in a container of a fake engine, for a fault and
 * what has to be true after it.
 */
export async function aFaultScene() {
  const made = await aCliScene();
  const { cli, engine, file, write } = made;
  await write('paper.hbs', PAPER_TEMPLATE);
  // In a folder of its own, where nothing but tsgen's is to lie.
  const folder = file('conf');
  const dest = `${folder}/out.conf`;
  await mkdir(folder);
  const proxy = new PaperProxy(engine, folder, dest);
  /** In which part of the system it runs. */
  const where = { cli };
  let before: ProcessResources | undefined;

  const start = (wish: { readonly cli?: BuiltCli; readonly args?: readonly string[] } = {}) =>
    (wish.cli ?? where.cli).start(
      ...['--template', file('paper.hbs'), '--dest', dest, '--proxy', 'proxy'],
      ...['--check', 'check {file}', '--notify', 'reload', '--confirm', 'ask'],
      ...['--confirm-timeout', '2', ...(wish.args ?? [])],
    );
  const web = (name: string) => engine.addContainer({ name });

  /** The proxy gives requests to these and to nobody else, and what is on disk is good. */
  const expectServing = async (watch: Running, ...names: readonly string[]) => {
    await vi.waitFor(() => expect(proxy.servers, watch.log()).toEqual(names), SOON);
    expect(proxy.complaint(), watch.log()).toBeUndefined();
  };

  return {
    ...made,
    dest,
    folder,
    proxy,
    where,
    start,
    web,
    /** Starts a container while the watch follows. */
    join: (name: string) => engine.emit('start', web(name)),
    expectServing,
    /** Before the fault: what the watch needs when all is well. */
    settled: async (watch: Running, ...names: readonly string[]) => {
      await expectServing(watch, ...names);
      await vi.waitFor(() => expect(engine.subscribers).toBe(1), SOON);
      before = await resourcesOf(watch.pid);
    },
    /**
     * After a fault: what is on disk passes the proxy's check, the proxy gives requests to the right
     * containers and is seen to, and the watch holds no more of the system than before.
     */
    expectRecovered: async (watch: Running, ...names: readonly string[]) => {
      await expectServing(watch, ...names);
      await vi.waitFor(async () => {
        const report = await askWatch<StatusReport>(proxy.view(dest), '/status');
        expect(report.engine.connected, watch.log()).toBe(true);
        expect(report.confirmation?.kind, watch.log()).toBe('confirmed');
      }, SOON);
      const { stdout, stderr } = await where.cli.run('status', '--dest', dest, '--json');
      expect(stderr).toBe('');
      expect(JSON.parse(stdout), watch.log()).toMatchObject({ engine: { connected: true } });
      expect(watch.log()).not.toMatch(/MaxListenersExceeded|unhandled|UnhandledPromise/i);
      await vi.waitFor(async () => {
        const seen = proxy.view(folder);
        const kept = [...(await readdir(seen)), ...(await readdir(`${seen}/.tsgen/out.conf`))];
        const left = kept.filter((name) => /tsgen-|\.new$|^(pending|sides)\.json$/.test(name));
        expect(left).toEqual([]);
        const now = await resourcesOf(watch.pid);
        expect(now.zombies).toEqual([]);
        expect(now.children).toEqual(before?.children ?? []);
        expect(engine.subscribers).toBe(1);
        if (!before) return;
        expect(now.files).toBeLessThanOrEqual(before.files);
        expect(now.sockets).toBeLessThanOrEqual(before.sockets + SOCKETS_MORE);
        expect(now.residentMiB).toBeLessThan(before.residentMiB + MEBIBYTES_MORE);
      }, SOON);
    },
  };
}
