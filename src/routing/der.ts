/** An element of ASN.1 in its DER encoding (X.690). */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
}

export const DER = {
  integer: 0x02,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** The elements that follow each other in the bytes, as far as they are well-formed. */
export function derElements(bytes: Buffer): readonly DerElement[] {
  const elements: DerElement[] = [];
  let rest = bytes;
  while (rest.length >= 2) {
    const [tag = 0, first = 0] = rest;
    const lengthBytes = first < 0x80 ? 0 : first - 0x80;
    if (first === 0x80 || lengthBytes > 4 || rest.length < 2 + lengthBytes) break;
    const length = lengthBytes === 0 ? first : rest.readUIntBE(2, lengthBytes);
    const start = 2 + lengthBytes;
    if (rest.length < start + length) break;
    elements.push({ tag, content: rest.subarray(start, start + length) });
    rest = rest.subarray(start + length);
  }
  return elements;
}

/** The elements of the first element, which is a sequence; none when it is not. */
export function derSequence(bytes: Buffer): readonly DerElement[] {
  const [outer] = derElements(bytes);
  return outer?.tag === DER.sequence ? derElements(outer.content) : [];
}

/** Milliseconds since 1970 of a UTCTime or GeneralizedTime; `undefined` for anything else. */
export function derTime({ tag, content }: DerElement): number | undefined {
  if (tag !== DER.utcTime && tag !== DER.generalizedTime) return undefined;
  const text = content.toString('latin1');
  const parts = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!parts) return undefined;
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number);
  // RFC 5280, 4.1.2.5.1: two digits from 50 on are of the twentieth century.
  const whole = tag === DER.generalizedTime ? year : year + (year >= 50 ? 1900 : 2000);
  const [day = 0, hour = 0, minute = 0, second = 0] = rest;
  return Date.UTC(whole, month - 1, day, hour, minute, second);
}
