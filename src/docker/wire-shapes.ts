import {
  anything,
  count,
  flag,
  listOf,
  mapOf,
  nonEmptyText,
  objectWith,
  optional,
  type Shape,
  text,
} from './shape.ts';

/** It becomes a part of every path. */
const apiVersion: Shape = (value, place) =>
  text(value, place) ??
  (/^(\d+\.\d+)?$/.test(String(value)) ? undefined : `${place} is no version`);

/** `GET /version` */
export interface WireVersion {
  readonly Version?: string;
  readonly ApiVersion?: string;
  readonly MinAPIVersion?: string;
  readonly GoVersion?: string;
  readonly Os?: string;
  readonly Arch?: string;
}

export const VERSION = objectWith({
  Version: optional(text),
  ApiVersion: optional(apiVersion),
  MinAPIVersion: optional(apiVersion),
  GoVersion: optional(text),
  Os: optional(text),
  Arch: optional(text),
});

/** `GET /info` */
export interface WireInfo {
  readonly Name?: string;
  readonly Containers?: number;
  readonly Images?: number;
  readonly SystemTime?: string;
}

export const INFO = objectWith({
  Name: optional(text),
  Containers: optional(count),
  Images: optional(count),
  SystemTime: optional(text),
});

/** `GET /containers/json`, one of them. */
export interface WireSummary {
  readonly Id: string;
  readonly Names?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly State?: string;
  readonly Created?: number;
}

export const LIST = listOf(
  objectWith({
    Id: nonEmptyText,
    Names: optional(listOf(text)),
    Labels: optional(mapOf(text)),
    State: optional(text),
    Created: optional(count),
  }),
);

/** `GET /networks` */
export const NETWORKS = listOf(
  objectWith({ Id: nonEmptyText, Name: text, Internal: optional(flag) }),
);

const ENDPOINT = objectWith({
  NetworkID: optional(text),
  EndpointID: optional(text),
  Gateway: optional(text),
  IPAddress: optional(text),
  IPPrefixLen: optional(count),
  IPv6Gateway: optional(text),
  GlobalIPv6Address: optional(text),
  GlobalIPv6PrefixLen: optional(count),
  MacAddress: optional(text),
  Aliases: optional(listOf(text)),
});

const MOUNT = objectWith({
  Type: optional(text),
  Name: optional(text),
  Source: optional(text),
  Destination: optional(text),
  Driver: optional(text),
  Mode: optional(text),
  RW: optional(flag),
});

const DEVICE = objectWith({
  PathOnHost: optional(text),
  PathInContainer: optional(text),
  CgroupPermissions: optional(text),
});

/** `GET /containers/{id}/json`: `WireContainer`, field for field. */
export const CONTAINER = objectWith({
  Id: nonEmptyText,
  Created: text,
  Name: nonEmptyText,
  Config: objectWith({
    Hostname: optional(text),
    Image: optional(text),
    Env: optional(listOf(text)),
    Labels: optional(mapOf(text)),
    ExposedPorts: optional(mapOf(anything)),
    StopSignal: optional(text),
    StopTimeout: optional(count),
  }),
  State: objectWith({
    Status: optional(text),
    Running: optional(flag),
    Paused: optional(flag),
    Restarting: optional(flag),
    StartedAt: optional(text),
    Health: optional(objectWith({ Status: optional(text) })),
  }),
  HostConfig: optional(
    objectWith({
      NetworkMode: optional(text),
      RestartPolicy: optional(objectWith({ Name: optional(text) })),
      Devices: optional(listOf(DEVICE)),
    }),
  ),
  NetworkSettings: optional(
    objectWith({
      IPAddress: optional(text),
      Gateway: optional(text),
      LinkLocalIPv6Address: optional(text),
      GlobalIPv6Address: optional(text),
      Ports: optional(
        mapOf(optional(listOf(objectWith({ HostIp: optional(text), HostPort: optional(text) })))),
      ),
      Networks: optional(mapOf(optional(ENDPOINT))),
    }),
  ),
  Mounts: optional(listOf(MOUNT)),
  Volumes: optional(mapOf(text)),
  VolumesRW: optional(mapOf(flag)),
  Node: optional(objectWith({ ID: optional(text), Name: optional(text), IP: optional(text) })),
});

/** `POST /containers/create` */
export const CREATED = objectWith({ Id: nonEmptyText });

const IMAGE_CONFIG = objectWith({
  Env: optional(listOf(text)),
  Cmd: optional(listOf(text)),
  Entrypoint: optional(listOf(text)),
  Labels: optional(mapOf(text)),
  ExposedPorts: optional(mapOf(anything)),
  Volumes: optional(mapOf(anything)),
  WorkingDir: optional(text),
  User: optional(text),
  StopSignal: optional(text),
  Healthcheck: optional(mapOf(anything)),
});

/** `GET /images/{name}/json` */
export const IMAGE = objectWith({
  Id: nonEmptyText,
  RepoDigests: optional(listOf(text)),
  Config: optional(IMAGE_CONFIG),
});

/** What `WireReplica` has beyond `WireContainer`. */
export const REPLICA = objectWith({
  Image: nonEmptyText,
  RestartCount: optional(count),
  Config: IMAGE_CONFIG,
  HostConfig: objectWith({
    Binds: optional(listOf(text)),
    Mounts: optional(listOf(objectWith({ Target: optional(text) }))),
    PortBindings: optional(mapOf(optional(listOf(objectWith({ HostPort: optional(text) }))))),
  }),
  State: objectWith({
    ExitCode: optional(count),
    Error: optional(text),
    Health: optional(
      objectWith({
        Log: optional(listOf(objectWith({ ExitCode: optional(count), Output: optional(text) }))),
      }),
    ),
  }),
});
