/** What the service's environment says, checked. */
export interface Settings {
  /** 0 takes any free port. */
  readonly port: number;
  /** Absent: all interfaces, IPv6 included where there is IPv6. */
  readonly host?: string;
  /** How long the service goes on answering after a stop signal, in milliseconds. */
  readonly drainMs: number;
  readonly workers: number;
  readonly queueLimit: number;
  /** The replica's name in `X-Served-By`. */
  readonly servedBy: string;
  /** Whose web pages may read the answers: `*` or an origin. Absent: only those of the same host. */
  readonly allowOrigin?: string;
  /** What this replica is a build of, for `X-Version`; absent where nobody says. */
  readonly version?: string;
}

export type ParsedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly reason: string };

export interface Machine {
  readonly hostname: string;
  /** How many cores this process may use; the default of `WORKERS`. */
  readonly cores: number;
}

const DEFAULT_PORT = 3000;
const DEFAULT_DRAIN_SECONDS = 5;
const DEFAULT_QUEUE_LIMIT = 256;

/**
 * Reads `PORT`, `HOST`, `DRAIN_SECONDS`, `WORKERS`, `QUEUE_LIMIT`, `HOSTNAME`, `ALLOW_ORIGIN`
 * and `VERSION`.
 * A variable that is empty counts as unset, as Compose leaves it for `${NAME:-}`. The reason of a
 * refusal is one line that names every variable at fault and what it accepts.
 */
export function parseSettings(
  env: Readonly<Record<string, string | undefined>>,
  machine: Machine,
): ParsedSettings {
  const faults: string[] = [];
  const number = (
    name: string,
    pattern: RegExp,
    max: number,
    fallback: number,
    accepts: string,
  ) => {
    const text = env[name] || String(fallback);
    if (pattern.test(text) && Number(text) <= max) return Number(text);
    faults.push(`${name}=${JSON.stringify(text)} is not ${accepts}`);
    return fallback;
  };
  const digits = /^\d+$/;
  const settings: Settings = {
    port: number('PORT', digits, 65_535, DEFAULT_PORT, 'a port from 0 to 65535'),
    ...(env.HOST ? { host: env.HOST } : {}),
    drainMs:
      1000 *
      number(
        'DRAIN_SECONDS',
        /^\d+(\.\d+)?$/,
        3600,
        DEFAULT_DRAIN_SECONDS,
        'a number of seconds from 0 to 3600',
      ),
    workers: number('WORKERS', /^0*[1-9]\d*$/, 512, machine.cores, 'a number from 1 to 512'),
    queueLimit: number(
      'QUEUE_LIMIT',
      digits,
      100_000,
      DEFAULT_QUEUE_LIMIT,
      'a number from 0 to 100000',
    ),
    servedBy: env.HOSTNAME || machine.hostname,
    ...(env.ALLOW_ORIGIN ? { allowOrigin: env.ALLOW_ORIGIN } : {}),
    ...(env.VERSION ? { version: env.VERSION } : {}),
  };
  if (!/^[\x21-\x7e]+$/.test(settings.servedBy)) {
    faults.push(
      `HOSTNAME=${JSON.stringify(settings.servedBy)} is not a name in printable ASCII without spaces, which the X-Served-By header needs`,
    );
  }
  if (!/^[\w.+-]{1,128}$/.test(settings.version ?? '0')) {
    faults.push(
      `VERSION=${JSON.stringify(settings.version)} is not of at most 128 letters, digits and . _ + -`,
    );
  }
  const { allowOrigin = '*' } = settings;
  if (!/^(\*|https?:\/\/[\w.-]+(:\d{1,5})?)$/.test(allowOrigin)) {
    faults.push(
      `ALLOW_ORIGIN=${JSON.stringify(allowOrigin)} is not * or an origin such as https://app.example.com`,
    );
  }
  return faults.length === 0 ? { ok: true, settings } : { ok: false, reason: faults.join('; ') };
}
