import type { Address, DockerInfo, RuntimeContainer } from '../inventory/runtime-container.ts';
import { sortedMap } from '../inventory/text.ts';
import type { JsonReader } from './json-reader.ts';

/** A container, in the form of `RuntimeContainer` or with less than that. */
export function toContainer(from: JsonReader): RuntimeContainer {
  const text = (name: string) => from.field(name).text();
  const state = from.field('State');
  const node = from.field('Node');
  const image = from.field('Image');
  // A file that was written by hand may leave the state out: what it lists is there to be seen.
  const running = state.field('Running').flag(state.isAbsent);
  return {
    ID: from.field('ID').name(),
    Created: text('Created'),
    Addresses: from.field('Addresses').list().map(toAddress),
    Networks: from.field('Networks').list().map(toNetwork),
    Devices: from
      .field('Devices')
      .list()
      .map((device) => ({
        PathOnHost: device.field('PathOnHost').text(),
        PathInContainer: device.field('PathInContainer').text(),
        Permissions: device.field('Permissions').text(),
      })),
    Gateway: text('Gateway'),
    Name: from.field('Name').name(),
    Hostname: text('Hostname'),
    NetworkMode: text('NetworkMode'),
    Image: {
      Registry: image.field('Registry').text(),
      Repository: image.field('Repository').text(),
      Tag: image.field('Tag').text(),
    },
    Env: texts(from.field('Env')),
    Volumes: sortedMap(
      from
        .field('Volumes')
        .entries()
        .map(([path, volume]) => [
          path,
          {
            Path: volume.field('Path').text(),
            HostPath: volume.field('HostPath').text(),
            ReadWrite: volume.field('ReadWrite').flag(),
          },
        ]),
    ),
    Node: {
      ID: node.field('ID').text(),
      Name: node.field('Name').text(),
      Address: toAddress(node.field('Address')),
    },
    Labels: texts(from.field('Labels')),
    IP: text('IP'),
    IP6LinkLocal: text('IP6LinkLocal'),
    IP6Global: text('IP6Global'),
    Mounts: from.field('Mounts').list().map(toMount),
    State: {
      Running: running,
      Health: { Status: state.field('Health').field('Status').text() },
    },
    status: text('status') || (running ? 'running' : 'exited'),
    stopping: from.field('stopping').flag(),
  };
}

function toAddress(from: JsonReader): Address {
  const text = (name: string) => from.field(name).text();
  return {
    IP: text('IP'),
    IP6LinkLocal: text('IP6LinkLocal'),
    IP6Global: text('IP6Global'),
    Port: text('Port'),
    HostPort: text('HostPort'),
    Proto: text('Proto'),
    HostIP: text('HostIP'),
  };
}

function toNetwork(from: JsonReader): RuntimeContainer['Networks'][number] {
  const text = (name: string) => from.field(name).text();
  return {
    IP: text('IP'),
    Name: from.field('Name').name(),
    Gateway: text('Gateway'),
    EndpointID: text('EndpointID'),
    IPv6Gateway: text('IPv6Gateway'),
    GlobalIPv6Address: text('GlobalIPv6Address'),
    MacAddress: text('MacAddress'),
    GlobalIPv6PrefixLen: from.field('GlobalIPv6PrefixLen').number(),
    IPPrefixLen: from.field('IPPrefixLen').number(),
    Internal: from.field('Internal').flag(),
    Aliases: from
      .field('Aliases')
      .list()
      .map((alias) => alias.text()),
  };
}

function toMount(from: JsonReader): RuntimeContainer['Mounts'][number] {
  const text = (name: string) => from.field(name).text();
  return {
    Name: text('Name'),
    Source: text('Source'),
    Destination: text('Destination'),
    Driver: text('Driver'),
    Mode: text('Mode'),
    RW: from.field('RW').flag(),
  };
}

export function toDocker(from: JsonReader): DockerInfo {
  const text = (name: string) => from.field(name).text();
  return {
    Name: text('Name'),
    NumContainers: from.field('NumContainers').number(),
    NumImages: from.field('NumImages').number(),
    Version: text('Version'),
    ApiVersion: text('ApiVersion'),
    GoVersion: text('GoVersion'),
    OperatingSystem: text('OperatingSystem'),
    Architecture: text('Architecture'),
    CurrentContainerID: text('CurrentContainerID'),
  };
}

function texts(from: JsonReader): Readonly<Record<string, string>> {
  return sortedMap(from.entries().map(([key, value]) => [key, value.text()]));
}
