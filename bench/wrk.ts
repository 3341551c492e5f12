import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Load {
  readonly url: string;
  readonly host: string;
  readonly connections: number;
  readonly seconds: number;
  /** A connection for each request. Default: they are kept. */
  readonly closes?: boolean;
}

export interface Served {
  readonly requests: number;
  readonly perSecond: number;
  /** Percentiles of the time until an answer, in ms. */
  readonly ms: { readonly p50: number; readonly p90: number; readonly p99: number };
}

/**
 * Asks as fast as it is answered.
 *
 * @throws Error when an answer is none of 2xx and 3xx, or does not come.
 */
export async function wrk({ url, host, connections, seconds, closes }: Load): Promise<Served> {
  const { stdout } = await run('wrk', [
    ...['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-H', `Host: ${host}`],
    ...(closes ? ['-H', 'Connection: close'] : []),
    url,
  ]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url} failed for ${host}: ${stdout}`);
  return servedOf(stdout);
}

const MS = { us: 1e-3, ms: 1, s: 1e3, m: 6e4 } as const;

/** What wrk says at its end. */
export function servedOf(said: string): Served {
  const percentile = (of: number) => {
    const [, value, unit] = new RegExp(`^ +${of}% +([\\d.]+)(us|ms|s|m)$`, 'm').exec(said) ?? [];
    return Number(value ?? Number.NaN) * MS[(unit ?? 'ms') as keyof typeof MS];
  };
  return {
    requests: Number(/(\d+) requests in/.exec(said)?.[1] ?? Number.NaN),
    perSecond: Number(/Requests\/sec:\s*([\d.]+)/.exec(said)?.[1] ?? Number.NaN),
    ms: { p50: percentile(50), p90: percentile(90), p99: percentile(99) },
  };
}

/** Waits until somebody serves there. */
export async function serves(url: string, host: string): Promise<string> {
  const { stdout } = await run('curl', [
    ...['--silent', '--show-error', '--fail', '--header', `Host: ${host}`],
    ...['--retry', '60', '--retry-delay', '1', '--retry-all-errors', url],
  ]);
  return stdout;
}
