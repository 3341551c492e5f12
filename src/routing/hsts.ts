/**
 * A `Strict-Transport-Security` value (RFC 6797, section 6.1) in one spelling, such as
 * `max-age=31536000; includeSubDomains; preload`. Throws an Error that says what is wrong. What it
 * gives holds nothing that means something to a proxy's configuration but the semicolons.
 */
export function parseHsts(value: string): string {
  const found = new Map<string, string>();
  for (const part of value.split(';').map((text) => text.trim())) {
    if (part === '') continue;
    const [, name = '', number] =
      part.match(/^([a-zA-Z-]+)(?:\s*=\s*(?:(\d{1,18})|"(\d{1,18})"))?$/) ?? [];
    const quoted = part.match(/"(\d+)"$/)?.[1];
    const key = name.toLowerCase();
    if (found.has(key)) throw new Error(`${name} stands in it twice`);
    const hasNumber = number !== undefined || quoted !== undefined;
    if (hasNumber !== (key === 'max-age') || !(key in SPELLINGS)) {
      throw new Error(
        `${JSON.stringify(part.slice(0, 100))} is not max-age=SECONDS, includeSubDomains or preload`,
      );
    }
    found.set(key, hasNumber ? `max-age=${number ?? quoted}` : (SPELLINGS[key] ?? ''));
  }
  if (!found.has('max-age')) throw new Error('max-age=SECONDS is missing');
  return Object.keys(SPELLINGS)
    .flatMap((key) => found.get(key) ?? [])
    .join('; ');
}

const SPELLINGS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  'max-age': 'max-age',
  includesubdomains: 'includeSubDomains',
  preload: 'preload',
});
