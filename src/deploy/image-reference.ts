import { isRepository, isTag } from './names.ts';

/** What a container was started from, by name. */
export interface ImageReference {
  /** As it was given, but for the tag, which is always there: `localhost:5000/team/web:latest`. */
  readonly name: string;
  /** Without a host: `team/web`. */
  readonly repository: string;
  readonly tag: string;
}

/**
 * Reads an image's name. `undefined` for an ID, for one that is pinned by a digest, and for what is
 * no name: there is no tag that could move.
 */
export function parseImageReference(text: string): ImageReference | undefined {
  if (text.includes('@') || /^sha256:/.test(text)) return undefined;
  const slash = text.lastIndexOf('/');
  const colon = text.indexOf(':', slash + 1);
  const named = colon < 0 ? text : text.slice(0, colon);
  const tag = colon < 0 ? 'latest' : text.slice(colon + 1);
  const [first = '', ...rest] = named.split('/');
  // A first part is a host if it looks like one, as the docker command has it.
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const repository = isHost ? rest.join('/') : named;
  if (!isRepository(repository) || !isTag(tag)) return undefined;
  return { name: `${named}:${tag}`, repository, tag };
}
