const UNITS: readonly (readonly [string, bigint])[] = [
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
];
const UNIT = new Map(UNITS);
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;

/** The nanoseconds of a Go duration such as `-1h30m`, `1.5s`, `100ms` or `0`; else `undefined`. */
export function parseDuration(text: string): bigint | undefined {
  const unsigned = text.replace(/^[+-]/, '');
  if (unsigned === '0') return 0n;
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < unsigned.length || unsigned === '') {
    const [, number = '', unit = ''] = PART.exec(unsigned) ?? [];
    const size = UNIT.get(unit);
    if (size === undefined) return undefined;
    const [before = '', after = ''] = number.split('.');
    total += BigInt(before || '0') * size;
    if (after !== '') total += (BigInt(after) * size) / 10n ** BigInt(after.length);
  }
  return text.startsWith('-') ? -total : total;
}

/** As Go prints durations: `1h2m3s`, `1.5s`, `100ms`, `0s`. */
export function durationText(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${durationText(-nanoseconds)}`;
  if (nanoseconds === 0n) return '0s';
  const second = 1_000_000_000n;
  if (nanoseconds < second) {
    if (nanoseconds < 1_000n) return `${nanoseconds}ns`;
    const [unit, size] = nanoseconds < 1_000_000n ? ['µs', 1_000n] : ['ms', 1_000_000n];
    return withFraction(nanoseconds, size as bigint) + unit;
  }
  const minutes = nanoseconds / (60n * second);
  const seconds = `${withFraction(nanoseconds % (60n * second), second)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function withFraction(value: bigint, size: bigint): string {
  const width = size.toString().length - 1;
  const fraction = (value % size).toString().padStart(width, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / size}` : `${value / size}.${fraction}`;
}

/** The largest unit alone, as Sprig's `durationRound` shows it: years `y`, months `mo`, days `d`. */
export function roundedDuration(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const hour = 3_600_000_000_000n;
  const scale: readonly (readonly [string, bigint])[] = [
    ['y', 24n * 365n * hour],
    ['mo', 24n * 30n * hour],
    ['d', 24n * hour],
    ['h', hour],
    ['m', hour / 60n],
    ['s', hour / 3600n],
  ];
  const found = scale.find(([, unit]) => size > unit);
  return found ? `${size / found[1]}${found[0]}` : '0s';
}
