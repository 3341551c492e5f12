import { messageOf, TsgenError } from '../base/errors.ts';
import { visible } from '../base/visible.ts';
import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';
import { toContainer, toDocker } from './inventory-fields.ts';
import { JsonReader } from './json-reader.ts';

/** What an inventory file says. */
export interface InventoryFile {
  readonly snapshot: Snapshot;
  /** `--proxy` of the run that wrote it. */
  readonly proxy?: string;
}

/**
 * What docker-gen's `{{ toPrettyJson . }}` shows: the containers that templates see with its fields
 * in its order, null for no mounts.
 */
export function toDockerGenJson(containers: readonly RuntimeContainer[]): unknown {
  return containers.map(docked);
}

/** All that a rendering depends on, to be read back without loss. */
export function toFullJson(snapshot: Snapshot, proxy: string): unknown {
  return {
    Docker: snapshot.docker,
    ...(proxy === '' ? {} : { proxy }),
    containers: snapshot.containers.map((container) => ({
      ...docked(container),
      status: container.status,
      stopping: container.stopping,
    })),
  };
}

function docked({ status, stopping, ...container }: RuntimeContainer): object {
  return { ...container, Mounts: container.Mounts.length === 0 ? null : container.Mounts };
}

/**
 * Reads either form. In docker-gen's own, what it does not show is taken from what it does: a
 * container runs if its `State.Running` says so, none is stopping, and tsgen runs on the host.
 *
 * @param name of the file, for messages.
 * @throws TsgenError `config` that names the file, and the line or the path of the value.
 */
export function readInventoryJson(text: string, name: string): InventoryFile {
  const root = new JsonReader(name, parse(text, name));
  const list = root.isList ? root : root.field('containers');
  if (list.isAbsent) throw list.fault('is missing');
  const containers = list.list().map(toContainer);
  requireUnique(list);
  const docker = toDocker(root.isList ? new JsonReader(name, {}) : root.field('Docker'));
  const self = containers.find(({ ID }) => ID === docker.CurrentContainerID);
  const proxy = root.isList ? '' : root.field('proxy').text();
  return {
    snapshot: {
      containers,
      docker: { ...docker, NumContainers: docker.NumContainers || containers.length },
      ...(self ? { self } : {}),
    },
    ...(proxy === '' ? {} : { proxy }),
  };
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    const reason =
      text.trim() === '' ? 'it is empty' : `it is not JSON (${visible(messageOf(cause))})`;
    throw new TsgenError(
      'config',
      `Cannot read the inventory ${name}: ${reason}. tsgen inventory writes such a file.`,
      { cause },
    );
  }
}

function requireUnique(list: JsonReader): void {
  const seen = new Set<string>();
  for (const item of list.list()) {
    const id = item.field('ID');
    if (seen.has(id.text())) throw id.fault('is the ID of another container too');
    seen.add(id.text());
  }
}
