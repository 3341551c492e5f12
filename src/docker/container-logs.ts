/**
 * The text of `GET /containers/{id}/logs`: standard output and error in frames, each with a head of
 * eight bytes of which the first names the stream and the last four are the length; or, of a
 * container with a terminal, as it was written.
 */
export function textOfLogs(bytes: Buffer): string {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + HEAD <= bytes.length) {
    if (bytes.readUInt8(at) > 2 || bytes.readUIntBE(at + 1, 3) !== 0) return bytes.toString();
    const end = at + HEAD + bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + HEAD, end));
    at = end;
  }
  return at === 0 ? bytes.toString() : Buffer.concat(parts).toString();
}

const HEAD = 8;
