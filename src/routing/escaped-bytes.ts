/**
 * How many bytes a text takes as a quoted word of a proxy's configuration, in which quotes and
 * backslashes are escaped. Proxies read words into buffers of a few thousand bytes.
 */
export function escapedBytes(text: string): number {
  return Buffer.byteLength(text) + (text.match(/["\\]/g) ?? []).length;
}
