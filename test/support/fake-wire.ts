import { createHash } from 'node:crypto';
import type { WireContainer, WireEndpoint } from '../../src/docker/api.ts';

/** What a test says of a container; everything has a plausible default. */
export interface ContainerSpec {
  /** 64 hexadecimal digits. */
  readonly id?: string;
  readonly name?: string;
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Such as `80/tcp`; that is the default. */
  readonly exposed?: readonly string[];
  /** Names of networks that exist; default the engine's `bridge`. */
  readonly networks?: readonly string[];
  readonly networkMode?: string;
  readonly stopSignal?: string;
  /** Seconds. */
  readonly stopTimeout?: number;
  readonly restartPolicy?: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Without it the container has no health check. */
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
  /** Default true. */
  readonly running?: boolean;
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** A container as the engine holds it: complete, and open to change. */
export interface MutableWire extends WireContainer {
  Name: string;
  Config: Mutable<WireContainer['Config']>;
  State: Mutable<Required<Pick<WireContainer['State'], 'Status' | 'Running' | 'Paused'>>> &
    Mutable<WireContainer['State']>;
  HostConfig: Mutable<NonNullable<WireContainer['HostConfig']>>;
  NetworkSettings: Mutable<Omit<NonNullable<WireContainer['NetworkSettings']>, 'Networks'>> & {
    Networks: Record<string, Mutable<WireEndpoint>>;
  };
}

export function containerId(number: number): string {
  return createHash('sha256').update(`container ${number}`).digest('hex');
}

export function networkId(name: string): string {
  return createHash('sha256').update(`network ${name}`).digest('hex');
}

/** A container that does not run; `number` makes its addresses and its age. */
export function wireContainer(id: string, number: number, spec: ContainerSpec): MutableWire {
  const exposed = spec.exposed ?? ['80/tcp'];
  const networks = spec.networks ?? ['bridge'];
  const ip = (subnet: number) => `172.${17 + subnet}.${number >> 8}.${number & 255}`;
  const endpoints = networks.map((name, index): [string, Mutable<WireEndpoint>] => [
    name,
    {
      EndpointID: networkId(`${id} on ${name}`),
      Gateway: `172.${17 + index}.255.254`,
      IPAddress: ip(index),
      IPPrefixLen: 16,
      MacAddress: '02:42:ac:11:00:02',
      Aliases: null,
    },
  ]);
  return {
    Id: id,
    Created: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    Name: `/${spec.name ?? `container-${number}`}`,
    Config: {
      Hostname: id.slice(0, 12),
      Image: spec.image ?? 'example/web:1',
      Env: Object.entries(spec.env ?? {}).map(([key, value]) => `${key}=${value}`),
      Labels: { ...spec.labels },
      ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])),
      ...(spec.stopSignal ? { StopSignal: spec.stopSignal } : {}),
      ...(spec.stopTimeout === undefined ? {} : { StopTimeout: spec.stopTimeout }),
    },
    State: {
      Status: 'created',
      Running: false,
      Paused: false,
      Restarting: false,
      StartedAt: '0001-01-01T00:00:00Z',
      ...(spec.health ? { Health: { Status: spec.health } } : {}),
    },
    HostConfig: {
      NetworkMode: spec.networkMode ?? networks[0] ?? 'default',
      RestartPolicy: { Name: spec.restartPolicy ?? 'no' },
      Devices: null,
    },
    NetworkSettings: {
      IPAddress: networks[0] === 'bridge' ? ip(0) : '',
      Gateway: '',
      Ports: Object.fromEntries(exposed.map((port) => [port, null])),
      Networks: Object.fromEntries(endpoints),
    },
    Mounts: [],
  };
}
