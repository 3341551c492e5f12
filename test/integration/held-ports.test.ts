import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type ListenOptions } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heldPorts } from '../../src/proxies/held-ports.ts';

async function listening(options: ListenOptions): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, ...options }, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** The ports that the piece finds held for a proxy whose processes have this name. */
async function held(
  wanted: string,
  programs = 'no-such-proxy',
  { holders, before = '' }: { readonly holders?: 'each'; readonly before?: string } = {},
): Promise<string> {
  const script = `${before}\nwanted='${wanted}'\n${heldPorts(programs, holders)}\necho "$held"`;
  return await new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', script], (error, stdout, stderr) => {
      if (error || stderr !== '') reject(error ?? new Error(stderr));
      else resolve(stdout.trim());
    });
  });
}

describe('heldPorts', () => {
  it('finds ports that another program has, by number, and no others', async () => {
    const ports = [await listening({ host: '0.0.0.0' }), await listening({ host: '0.0.0.0' })];
    const sorted = ports.toSorted((a, b) => a - b).join(' ');
    expect(await held(`4=1 ${ports.map((port) => `4=${port}`).join(' ')}`)).toBe(sorted);
    expect(await held('4=1')).toBe('');
    expect(await held('')).toBe('');
  });

  it('knows which addresses stand in the way of which', async () => {
    const one = await listening({ host: '127.0.0.1' });
    const other = await listening({ host: '127.0.0.2' });
    const all = await listening({ host: '0.0.0.0' });
    const asked = (...words: readonly string[]) => held(words.join(' '));
    expect(await asked(`4=${one}`)).toBe(`${one}`);
    expect(await asked(`L=${one}`)).toBe(`${one}`);
    expect(await asked(`4=${other}`)).toBe(`${other}`);
    expect(await asked(`L=${other}`)).toBe('');
    expect(await asked(`L=${all}`)).toBe(`${all}`);
    expect(await asked(`6=${all}`)).toBe('');
  });

  it('leaves out what the proxy itself has', async () => {
    const port = await listening({ host: '0.0.0.0' });
    const own = (await readFile('/proc/self/comm', 'utf8')).trim();
    expect(await held(`4=${port}`, `'${own}'`)).toBe('');
  });

  it('says nothing where it cannot tell what a process of the proxy has', async () => {
    const port = await listening({ host: '0.0.0.0' });
    const own = (await readFile('/proc/self/comm', 'utf8')).trim();
    // What root in a container sees of another user's process.
    const before = `ls() { command ls "$@" | sed 's/ -> .*//'; }`;
    expect(await held(`4=${port}`, `'${own}'`, { holders: 'each', before })).toBe('');
  });
});
