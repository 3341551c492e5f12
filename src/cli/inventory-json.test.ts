import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { readInventoryJson, toDockerGenJson, toFullJson } from './inventory-json.ts';
import { prettyJson } from './view/json.ts';

const ID = 'a'.repeat(64);
const read = (value: unknown) => readInventoryJson(JSON.stringify(value), 'inv.json');
const one = (fields: object) => [{ ID, Name: 'web', ...fields }];

const DOCKER = {
  Name: 'host',
  NumContainers: 9,
  NumImages: 2,
  Version: '28',
  ApiVersion: '1.51',
  GoVersion: 'go1.24',
  OperatingSystem: 'Debian',
  Architecture: 'x86_64',
  CurrentContainerID: '',
};

describe('an inventory file', () => {
  it('is read back without loss in its full form', () => {
    const self = aContainer({ name: 'tsgen' });
    const containers = [
      aContainer({ env: { PATH: '/bin', ['__proto__']: 'x', '10': 'a', '9': 'b' } }),
      aContainer({ name: 'web-2', status: 'paused', stopping: true, health: 'healthy' }),
      self,
    ];
    const docker = { ...DOCKER, CurrentContainerID: self.ID };
    const text = prettyJson(toFullJson({ containers, docker, self }, 'label=proxy'));
    const file = readInventoryJson(text, 'inv.json');
    expect(file).toEqual({ snapshot: { containers, docker, self }, proxy: 'label=proxy' });
    expect(Object.getPrototypeOf(file.snapshot.containers[0]?.Env)).toBeNull();
    const again = prettyJson(toFullJson(file.snapshot, file.proxy ?? ''));
    expect(JSON.parse(again)).toEqual(JSON.parse(text));
  });

  it("has docker-gen's fields in docker-gen's form", () => {
    const [shown] = toDockerGenJson([aContainer()]) as [object];
    expect(Object.keys(shown)).toEqual([
      ...['ID', 'Created', 'Addresses', 'Networks', 'Devices', 'Gateway', 'Name', 'Hostname'],
      ...['NetworkMode', 'Image', 'Env', 'Volumes', 'Node', 'Labels', 'IP', 'IP6LinkLocal'],
      ...['IP6Global', 'Mounts', 'State'],
    ]);
    expect(shown).toMatchObject({ Mounts: null, Devices: [] });
  });

  it("takes what docker-gen's form does not say from what it says", () => {
    const { snapshot } = read([
      ...one({ State: { Running: true, Health: { Status: 'healthy' } }, Mounts: null }),
      { ID: 'b', Name: 'old', State: { Running: false } },
      { ID: 'c', Name: 'by-hand' },
    ]);
    expect(snapshot.containers.map(({ status, stopping }) => [status, stopping])).toEqual([
      ['running', false],
      ['exited', false],
      ['running', false],
    ]);
    expect(snapshot.containers[0]).toMatchObject({ Mounts: [], Env: {}, Networks: [] });
    expect(snapshot.docker.NumContainers).toBe(3);
    expect(snapshot.self).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [5, 'the whole of it must be an object, and is 5'],
    [{}, 'containers is missing'],
    [{ containers: 'x' }, 'containers must be a list, and is the text "x"'],
    [['x'], '[0] must be an object, and is the text "x"'],
    [[{ Name: 'web' }], '[0].ID must be there and not be empty'],
    [[{ ID }], '[0].Name must be there and not be empty'],
    [one({ Networks: [{ Name: 'a', IP: 7 }] }), '[0].Networks[0].IP must be text, and is 7'],
    [one({ Env: ['A=b'] }), '[0].Env must be an object, and is a list of 1'],
    [one({ Env: { 'A B': null, C: {} } }), '[0].Env.C must be text, and is an object'],
    [one({ Env: { 'A\u001b': 1 } }), '[0].Env["A\\u001b"] must be text, and is 1'],
    [one({ State: { Running: 'yes' } }), '[0].State.Running must be true or false'],
    [[...one({}), ...one({})], '[1].ID is the ID of another container too'],
  ])('names file and path of what is wrong: %j', (value, message) => {
    expect(() => read(value)).toThrow(`Cannot read the inventory inv.json: ${message}`);
    expect(() => read(value)).toThrow(expect.objectContaining({ kind: 'config' }));
  });

  it.each([
    ['', 'it is empty'],
    ['{"a": 1,}', 'it is not JSON ('],
  ])('names the file of what is no JSON: %j', (text, message) => {
    expect(() => readInventoryJson(text, 'inv.json')).toThrow(`inventory inv.json: ${message}`);
  });
});
