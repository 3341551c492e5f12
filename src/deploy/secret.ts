import { createHash, timingSafeEqual } from 'node:crypto';

/** Shorter ones could be found by trying. */
export const MIN_SECRET = 16;

/** Whether a secret may be one: long enough, and of characters that a URL's path takes as they are. */
export function isUsableSecret(secret: string): boolean {
  return secret.length >= MIN_SECRET && /^[\w.~-]+$/.test(secret);
}

/** Whether somebody knows the secret. Takes the same time whatever they say. */
export function isSecret(given: string, secret: string): boolean {
  // Of one length, which the comparison needs and which tells nothing.
  return timingSafeEqual(hashOf(given), hashOf(secret));
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
