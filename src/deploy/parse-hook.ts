import { createHash } from 'node:crypto';
import {
  anything,
  listOf,
  mapOf,
  nonEmptyText,
  objectWith,
  optional,
  type Shape,
  text,
} from '../docker/shape.ts';
import { isDigest, isRepository, isTag } from './names.ts';
import type { ParsedHook, Push } from './push.ts';

/** More than a registry sends at once; each is looked at. */
const MAX_EVENTS = 1_000;
const MAX_URL = 2_048;

/** The fields of Docker Hub's web hook that count. */
interface HubHook {
  readonly push_data: { readonly tag: string; readonly pushed_at?: number | null };
  readonly repository: { readonly repo_name: string };
  readonly callback_url?: string | null;
}

const time: Shape = (value, place) =>
  Number.isFinite(value) || typeof value === 'string' ? undefined : `${place} is no time`;

const HUB = objectWith({
  push_data: objectWith({ tag: nonEmptyText, pushed_at: optional(time) }),
  repository: objectWith({ repo_name: nonEmptyText }),
  callback_url: optional(text),
});

/** The fields of an event in the envelope of the open-source registry that count. */
interface RegistryEvent {
  readonly id: string;
  readonly action: string;
  readonly target: {
    readonly repository?: string | null;
    readonly tag?: string | null;
    readonly digest?: string | null;
  };
}

const ENVELOPE = objectWith({
  events: listOf(
    objectWith({
      id: nonEmptyText,
      action: nonEmptyText,
      target: objectWith({
        repository: optional(text),
        tag: optional(text),
        digest: optional(text),
      }),
    }),
  ),
});

const OBJECT = mapOf(anything);

/**
 * Reads the body of a web hook: Docker Hub's (`push_data`, `repository`, `callback_url`), or the
 * envelope of notifications that the open-source registry sends. What the registry tells of other
 * things than pushes of a tag, such as pulls and layers, is counted and nothing more.
 *
 * @param body what the JSON was parsed to.
 */
export function parseHook(body: unknown): ParsedHook {
  const complaint = OBJECT(body, 'the body');
  if (complaint !== undefined) return malformed(complaint);
  const object = body as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(object, 'events')) return parseEnvelope(object);
  if (Object.hasOwn(object, 'push_data')) return parseHub(object);
  return malformed(
    "it is neither Docker Hub's web hook (push_data, repository) nor a registry's notification (events)",
  );
}

function parseHub(body: Readonly<Record<string, unknown>>): ParsedHook {
  const complaint = HUB(body, 'it');
  if (complaint !== undefined) return malformed(complaint);
  const { push_data, repository, callback_url } = body as unknown as HubHook;
  const name = repository.repo_name;
  if (!isRepository(name)) return malformed('repository.repo_name is no name of a repository');
  if (!isTag(push_data.tag)) return malformed('push_data.tag is no tag');
  if (callback_url && callback_url.length > MAX_URL) return malformed('callback_url is too long');
  const { pushed_at } = push_data;
  // Without either, the next push of the tag would look the same.
  const isOne = (pushed_at ?? '') !== '' || !!callback_url;
  const facts = [name, push_data.tag, String(pushed_at ?? ''), callback_url ?? ''];
  return {
    kind: 'docker-hub',
    push: {
      repository: name,
      tag: push_data.tag,
      ...(isOne ? { key: keyOf('docker-hub', facts) } : {}),
      ...(callback_url ? { callbackUrl: callback_url } : {}),
    },
  };
}

function parseEnvelope(body: Readonly<Record<string, unknown>>): ParsedHook {
  const { events } = body as { readonly events: unknown };
  if (Array.isArray(events) && events.length > MAX_EVENTS) {
    return malformed(`it has more than ${MAX_EVENTS} events`);
  }
  const complaint = ENVELOPE(body, 'it');
  if (complaint !== undefined) return malformed(complaint);
  const pushes: Push[] = [];
  let others = 0;
  for (const [index, event] of (events as readonly RegistryEvent[]).entries()) {
    const { repository, tag, digest } = event.target;
    if (event.action !== 'push' || !tag) {
      others += 1;
      continue;
    }
    const place = `events[${index}].target`;
    if (!repository || !isRepository(repository)) {
      return malformed(`${place}.repository is no name of a repository`);
    }
    if (!isTag(tag)) return malformed(`${place}.tag is no tag`);
    if (digest && !isDigest(digest)) return malformed(`${place}.digest is no sha256 digest`);
    pushes.push({
      repository,
      tag,
      key: keyOf('registry', [event.id, repository, tag, digest ?? '']),
      ...(digest ? { digest } : {}),
    });
  }
  return { kind: 'registry', pushes, others };
}

/** What senders choose freely must not grow what is kept. */
function keyOf(source: string, facts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([source, ...facts]))
    .digest('hex');
}

function malformed(reason: string): ParsedHook {
  return { kind: 'malformed', reason };
}
