import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TsgenError } from '../base/errors.ts';
import { type DockerEvent, readEvents } from './events.ts';

const ID = 'c3'.repeat(32);

function line(event: {
  readonly type?: string;
  readonly action: string;
  readonly id?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}): string {
  const { type = 'container', action, id = ID, attributes = { name: 'web' } } = event;
  const text = JSON.stringify({
    status: action,
    id,
    from: 'example/web:1',
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
    time: 1_700_000_000,
  });
  // As an engine writes it, a number that JavaScript could not.
  return `${text.slice(0, -1)},"timeNano":1700000000123456789}\n`;
}

async function read(chunks: readonly (string | Uint8Array)[]): Promise<DockerEvent[]> {
  const events: DockerEvent[] = [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  await readEvents(stream, { endpoint: 'unix:///s', onEvent: (event) => events.push(event) });
  return events;
}

describe('readEvents', () => {
  it('gives what happened to a container', async () => {
    expect(
      await read([line({ action: 'start', attributes: { name: 'web', image: 'x' } })]),
    ).toEqual([
      {
        type: 'container',
        action: 'start',
        id: ID,
        attributes: expect.objectContaining({ name: 'web', image: 'x' }),
        timeMs: expect.closeTo(1_700_000_000_123.456, 2),
      },
    ]);
  });

  it.each([1_795_247_474_162, 1_795_247_474_166])(
    'tells the time %i to the millisecond',
    async (ms) => {
      const text = line({ action: 'start' }).replace(/"timeNano":\d+/, `"timeNano":${ms}000000`);
      expect((await read([text]))[0]?.timeMs).toBe(ms);
    },
  );

  it('gives the container of a network event, and the network', async () => {
    const attributes = { container: ID, name: 'front', type: 'bridge' };
    const [event] = await read([
      line({ type: 'network', action: 'connect', id: 'net', attributes }),
    ]);
    expect(event).toMatchObject({ type: 'network', action: 'connect', id: ID, networkId: 'net' });
  });

  it('gives no container for a network event that is about none', async () => {
    const attributes = { name: 'front', type: 'bridge' };
    const [event] = await read([
      line({ type: 'network', action: 'create', id: 'net', attributes }),
    ]);
    expect(event).toMatchObject({ id: '', networkId: 'net' });
  });

  it.each(['health_status: healthy', 'health_status', 'kill', 'oom'])(
    'passes on %s',
    async (action) => {
      expect((await read([line({ action })])).map((event) => event.action)).toEqual([action]);
    },
  );

  it.each(['exec_create: sh -c "x"', 'exec_start: sh', 'exec_die', 'exec_detach'])(
    'drops %s',
    async (action) => {
      const events = await read([line({ action }), line({ action: 'start' })]);
      expect(events.map((event) => event.action)).toEqual(['start']);
    },
  );

  it('drops an exec of an engine that orders its fields differently', async () => {
    const { Action, ...rest } = JSON.parse(line({ action: 'exec_die' }));
    expect(await read([`${JSON.stringify({ ...rest, Action })}\n`])).toEqual([]);
  });

  it('drops other types', async () => {
    expect(await read([line({ type: 'image', action: 'pull' })])).toEqual([]);
  });

  it('does not let a label hide what happens', async () => {
    const attributes = { Action: 'exec_start', name: '"Action":"exec_start"' };
    const events = await read([line({ action: 'die', attributes })]);
    expect(events.map(({ action }) => action)).toEqual(['die']);
  });

  it('keeps hostile labels harmless', async () => {
    const [event] = await read([
      line({ action: 'start' }).replace(
        '"name":"web"',
        '"__proto__":"polluted","name":"web","n":1',
      ),
    ]);
    expect(Object.getPrototypeOf(event?.attributes)).toBeNull();
    expect(Object.keys(event?.attributes ?? {})).toEqual(['__proto__', 'name']);
  });

  it('puts together what arrives in any pieces', async () => {
    const text = ['start', 'health_status: healthy', 'die']
      .map((action) => line({ action, attributes: { name: 'größe-日本-🐳' } }))
      .join('\n');
    const bytes = Buffer.from(text);
    const whole = await read([bytes]);
    expect(whole).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 30 }),
        async (cuts) => {
          const points = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
          const chunks = points.slice(1).map((end, index) => bytes.subarray(points[index], end));
          expect(await read(chunks)).toEqual(whole);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['no JSON', 'this is no event\n'],
    ['half an event', `${line({ action: 'start' }).slice(0, 40)}\n`],
    ['no object', '[1,2]\n'],
    ['no actor', '{"Type":"container","Action":"start"}\n'],
  ])('fails at %s instead of losing something', async (_, text) => {
    const reading = read([line({ action: 'start' }), text, line({ action: 'die' })]);
    await expect(reading).rejects.toThrow(TsgenError);
    await expect(reading).rejects.toThrow('unix:///s');
  });

  it('fails at a line without an end', async () => {
    const chunk = Buffer.alloc(600_000, 'x');
    await expect(read([chunk, chunk])).rejects.toThrow('longer than');
  });

  it('fails when the stream breaks', async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push(line({ action: 'start' }));
    const events: DockerEvent[] = [];
    const reading = readEvents(stream, {
      endpoint: 'unix:///s',
      onEvent: (event) => {
        events.push(event);
        stream.destroy(new Error('aborted'));
      },
    });
    await expect(reading).rejects.toThrow('aborted');
    expect(events).toMatchObject([{ action: 'start' }]);
  });

  it('gives nothing after what is no event', async () => {
    const stream = Readable.from([Buffer.from(`[1]\n${line({ action: 'start' })}`)]);
    const events: DockerEvent[] = [];
    const onEvent = (event: DockerEvent) => events.push(event);
    await expect(readEvents(stream, { endpoint: 'unix:///s', onEvent })).rejects.toThrow('[1]');
    expect(events).toEqual([]);
    expect(stream.destroyed).toBe(true);
  });

  it('reports activity for what it drops', async () => {
    let active = 0;
    const stream = Readable.from([Buffer.from(line({ action: 'exec_die' }))]);
    const onActivity = () => {
      active += 1;
    };
    const onEvent = () => expect.unreachable();
    await readEvents(stream, { endpoint: 'unix:///s', onActivity, onEvent });
    expect(active).toBe(1);
  });
});
