/** Longer than any that a registry takes. */
const MAX_REPOSITORY = 255;

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Whether a text is a repository's name as registries have it
 * (the grammar of image references): in lower case, without a host.
 */
export function isRepository(text: string): boolean {
  return text.length <= MAX_REPOSITORY && REPOSITORY.test(text);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Of a manifest or an image. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}
