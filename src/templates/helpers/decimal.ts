/**
 * Arithmetic on what a number looks like in decimal, as Sprig's `addf` and its like do it: 0.1 and
 * 0.2 are exactly 0.3. A quotient is rounded after 16 places, half away from zero.
 */
interface Decimal {
  readonly digits: bigint;
  /** How many of the digits stand after the point. */
  readonly places: number;
}

const QUOTIENT_PLACES = 16;

export function addDecimals(a: number, b: number): number {
  return align(a, b, (x, y, places) => ({ digits: x + y, places }));
}

export function subtractDecimals(a: number, b: number): number {
  return align(a, b, (x, y, places) => ({ digits: x - y, places }));
}

export function multiplyDecimals(a: number, b: number): number {
  const [x, y] = [decimalOf(a), decimalOf(b)];
  return numberOf({ digits: x.digits * y.digits, places: x.places + y.places });
}

/** Throws a RangeError for division by 0. */
export function divideDecimals(a: number, b: number): number {
  return align(a, b, (x, y) => {
    const scaled = x * 10n ** BigInt(QUOTIENT_PLACES + 1);
    const quotient = scaled / y;
    const half = quotient < 0n ? -5n : 5n;
    return { digits: (quotient + half) / 10n, places: QUOTIENT_PLACES };
  });
}

function align(
  a: number,
  b: number,
  compute: (x: bigint, y: bigint, places: number) => Decimal,
): number {
  const [x, y] = [decimalOf(a), decimalOf(b)];
  const places = Math.max(x.places, y.places);
  const widen = ({ digits, places: own }: Decimal): bigint => digits * 10n ** BigInt(places - own);
  return numberOf(compute(widen(x), widen(y), places));
}

function decimalOf(value: number): Decimal {
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const [before = '0', after = ''] = mantissa.split('.');
  const exponent = Number(power) - after.length;
  const digits = BigInt(before + after);
  return exponent >= 0
    ? { digits: digits * 10n ** BigInt(exponent), places: 0 }
    : { digits, places: -exponent };
}

function numberOf({ digits, places }: Decimal): number {
  return Number(`${digits}e-${places}`);
}
