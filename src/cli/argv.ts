import { TsgenError } from '../base/errors.ts';
import { FLAGS, type Flag } from './flags.ts';

/** Go's `strconv.ParseBool`, which docker-gen's switches are read with. */
const SWITCHED: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

const BY_NAME: ReadonlyMap<string, Flag> = new Map(FLAGS.map((flag) => [flag.name, flag]));

/**
 * docker-gen's spelling → the one that the parser knows: `-notify-sighup=nginx` becomes
 * `--notify-sighup=nginx`, `-watch=false` becomes `--no-watch`. What follows
 * `--` stays as it is, and so does the value of a flag.
 *
 * @throws TsgenError `usage` for a switch with a value that is neither true nor false.
 */
export function normalizeArgv(argv: readonly string[]): string[] {
  const normal: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const token = argv[index] ?? '';
    if (token === '--') return [...normal, ...argv.slice(index)];
    const [, dashes, name = '', assigned] = /^(--?)([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(token) ?? [];
    if (dashes === undefined || (dashes === '-' && name.length === 1)) {
      normal.push(token);
      continue;
    }
    const flag = BY_NAME.get(name);
    if (flag && !flag.argument && assigned !== undefined) {
      normal.push(switchTo(name, assigned));
      continue;
    }
    normal.push(assigned === undefined ? `--${name}` : `--${name}=${assigned}`);
    const value = argv[index + 1];
    if (flag?.argument && assigned === undefined && value !== undefined) {
      normal.push(value);
      index += 1;
    }
  }
  return normal;
}

function switchTo(name: string, value: string): string {
  const on = SWITCHED.get(value);
  if (on === undefined) {
    throw new TsgenError(
      'usage',
      `--${name} is a switch: it takes no value, or =true or =false, and got '${value}'.`,
    );
  }
  return on ? `--${name}` : `--no-${name}`;
}
