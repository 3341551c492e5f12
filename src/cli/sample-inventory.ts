import type { InventoryFile } from './inventory-json.ts';
import { readInventoryJson } from './inventory-json.ts';

/**
 * Made-up containers to lint templates with where there is no inventory: two replicas, one with a
 * path and a published port, one that is unhealthy, one on two networks with IPv6, labels and a
 * mount, and one that asks for nothing.
 */
export function sampleInventory(): InventoryFile {
  const containers = SAMPLES.map((sample, index) => toJson(sample, index + 1));
  const docker = { Name: 'sample', NumImages: 3, Version: '28.0.0', ApiVersion: '1.48' };
  return readInventoryJson(JSON.stringify({ Docker: docker, containers }), 'of samples');
}

/** Nothing runs: what a template has to cope with before the first container is there. */
export function emptyInventory(): InventoryFile {
  return readInventoryJson('[]', 'of nothing');
}

interface Sample {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly health?: string;
  readonly hostPort?: string;
  readonly volume?: string;
}

const SAMPLES: readonly Sample[] = [
  { name: 'web-1', env: { VIRTUAL_HOST: 'app.example' }, health: 'healthy' },
  { name: 'web-2', env: { VIRTUAL_HOST: 'app.example' }, health: 'healthy' },
  {
    name: 'api-1',
    env: { VIRTUAL_HOST: 'app.example,*.api.example', VIRTUAL_PATH: '/api' },
    hostPort: '8080',
  },
  { name: 'sick-1', env: { VIRTUAL_HOST: 'sick.example' }, health: 'unhealthy' },
  {
    name: 'files-1',
    env: { VIRTUAL_HOST: 'files.example', SECRET: '"quoted" ; {and} more' },
    labels: { 'com.example.team': 'storage', 'com.docker.compose.service': 'files' },
    networks: ['back', 'front'],
    volume: 'files-data',
  },
  { name: 'db-1', networks: ['back'] },
];

function toJson(sample: Sample, number: number): object {
  const { name, env = {}, labels = {}, networks = ['front'], health = '', hostPort = '' } = sample;
  const id = number.toString(16).padStart(64, '0');
  const mount = { Name: sample.volume, Destination: '/data', Driver: 'local', Mode: 'z', RW: true };
  return {
    ID: id,
    Created: `2026-01-01T00:00:${String(number).padStart(2, '0')}Z`,
    Name: name,
    Hostname: id.slice(0, 12),
    Image: { Registry: 'registry.example', Repository: name.slice(0, -2), Tag: '1.0' },
    Addresses: [{ Port: '80', Proto: 'tcp', HostPort: hostPort, HostIP: hostPort && '0.0.0.0' }],
    NetworkMode: networks[0],
    Networks: networks.map((network, index) => ({
      Name: network,
      IP: `172.${18 + index}.0.${number + 1}`,
      IPPrefixLen: 16,
      Gateway: `172.${18 + index}.0.1`,
      GlobalIPv6Address: index === 0 ? '' : `2001:db8::${number + 1}`,
      Aliases: [name],
    })),
    Env: env,
    Labels: labels,
    Mounts: sample.volume === undefined ? null : [mount],
    State: { Running: true, Health: { Status: health } },
  };
}
