import fc from 'fast-check';

/** Bodies that may come instead of a valid one: text, any JSON, and the valid one with a fault. */
export function anAnswer(valid: string): fc.Arbitrary<string> {
  return fc.oneof(fc.string(), fc.json(), aMutation(valid));
}

/** The document with one of its values, at any depth, left out or replaced. */
export function aMutation(valid: string): fc.Arbitrary<string> {
  const places = placesIn(JSON.parse(valid));
  const fault = fc.oneof(fc.constant(undefined), fc.jsonValue());
  return fc.tuple(fc.constantFrom(...places), fault).map(([place, value]) => {
    const document: unknown = JSON.parse(valid);
    const [last = '', ...path] = [...place].reverse();
    let parent = document as Record<string, unknown>;
    for (const key of path.reverse()) parent = parent[key] as Record<string, unknown>;
    if (value === undefined) delete parent[last];
    else parent[last] = value;
    return JSON.stringify(document);
  });
}

type Place = readonly string[];

function placesIn(value: unknown, place: Place = []): readonly Place[] {
  const own = place.length > 0 ? [place] : [];
  if (typeof value !== 'object' || value === null) return own;
  const inner = Object.entries(value).flatMap(([key, item]) => placesIn(item, [...place, key]));
  return [...own, ...inner];
}
