import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aFaultScene } from '../../support/fault-scene.ts';

type Scene = Awaited<ReturnType<typeof aFaultScene>>;

/** A fault that ends: what happens while it lasts is not told to anybody. */
type Trouble = (scene: Scene, meanwhile: () => void) => Promise<void>;

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'is restarted': async ({ engine }, meanwhile) => {
    await engine.stopListening();
    meanwhile();
    await engine.listen();
  },
  'hangs for a while': async ({ engine }, meanwhile) => {
    engine.freeze();
    meanwhile();
    engine.cutEvents();
    await delay(100);
    engine.thaw();
  },
  'is slow to answer': async ({ engine }, meanwhile) => {
    const release = engine.hold(/^\/containers\/.{64}\/json$/);
    meanwhile();
    engine.cutEvents();
    await expect.poll(() => engine.unanswered).toBeGreaterThan(1);
    release();
  },
  'answers 500 to everything': async ({ engine }, meanwhile) => {
    engine.failAll(/./, 500);
    meanwhile();
    engine.cutEvents();
    engine.resetRecord();
    await expect.poll(() => engine.requests.length).toBeGreaterThan(0);
    engine.heal();
  },
  'cuts the stream in the middle of a JSON document': async ({ engine }, meanwhile) => {
    engine.emitRaw('{"Type":"container","Action":"sta');
    meanwhile();
    engine.cutEvents();
  },
  'ends the stream in the middle of a JSON document': async ({ engine }, meanwhile) => {
    engine.emitRaw('{"Type":"container","Action":"sta');
    meanwhile();
    engine.endEvents();
  },
  'sends garbage in its stream': async ({ engine }, meanwhile) => {
    meanwhile();
    engine.emitRaw(Uint8Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256));
    engine.emitRaw('\n}{\n[]\nnull\n{"Type":5}\n\n');
    engine.cutEvents();
  },
  'sends a line without an end': async ({ engine }, meanwhile) => {
    meanwhile();
    for (let count = 0; count < 40; count += 1) engine.emitRaw('x'.repeat(1 << 18));
  },
  'answers with half a list': async ({ engine }, meanwhile) => {
    engine.answerWith(/^\/containers\/json$/, '[{"Id":"00');
    meanwhile();
    engine.cutEvents();
    engine.resetRecord();
    await expect.poll(() => engine.count(/^\/containers\/json$/)).toBeGreaterThan(0);
    engine.heal();
  },
};

describe('an engine that', () => {
  it.each(Object.entries(TROUBLES))(
    '%s changes nothing that works, and is followed again',
    async (_, trouble) => {
      const scene = await aFaultScene();
      const { web, start, settled, expectServing, expectRecovered, join } = scene;
      for (const name of ['a', 'b']) web(name);
      const watch = start();
      await settled(watch, 'a', 'b');
      const all = ['a', 'b'];
      for (const name of ['c', 'd']) {
        await trouble(scene, () => web(name));
        all.push(name);
        await expectServing(watch, ...all);
      }
      join('e');
      await expectRecovered(watch, ...all, 'e');
    },
  );

  it('is cut off without a word (half-open TCP) is given up and followed again', async () => {
    const { engine, cli, web, start, settled, expectServing, expectRecovered, join, where } =
      await aFaultScene();
    const relay = await aRelay(engine.socketPath);
    where.cli = cli.with({ DOCKER_HOST: `tcp://127.0.0.1:${relay.port}` });
    for (const name of ['a', 'b']) web(name);
    const watch = start();
    await settled(watch, 'a', 'b');
    relay.cutOff();
    web('c');
    await expect.poll(watch.log).toContain('did not answer GET /_ping');
    await expectServing(watch, 'a', 'b');
    relay.mend();
    await expectServing(watch, 'a', 'b', 'c');
    join('d');
    await expectRecovered(watch, 'a', 'b', 'c', 'd');
  }, 90_000);
});

/** TCP before a socket. Cut off, it swallows what is said, as a firewall does. */
async function aRelay(socketPath: string) {
  let isCut = false;
  const pairs = new Set<Socket>();
  const server = createServer((client) => {
    const engine = connect(socketPath);
    // Those of before stay mute for ever: nobody will ever say that they have ended.
    let isMute = isCut;
    const mute = () => {
      isMute = true;
    };
    muting.add(mute);
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      pairs.add(from);
      from.on('error', () => undefined);
      from.on('data', (bytes) => {
        if (!isMute) to.write(bytes);
      });
      from.on('close', () => {
        pairs.delete(from);
        muting.delete(mute);
        if (!isMute || from === client) to.destroy();
      });
    }
  });
  const muting = new Set<() => void>();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of pairs) socket.destroy();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cutOff: () => {
      isCut = true;
      for (const mute of muting) mute();
    },
    mend: () => {
      isCut = false;
    },
  };
}
