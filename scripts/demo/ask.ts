import { type IncomingMessage, request } from 'node:http';
import { codeOf, messageOf } from '../../src/base/errors.ts';
import type { Outcome } from './tally.ts';

export interface Target {
  readonly port: number;
  /** How long an answer may take, in milliseconds. */
  readonly limitMs: number;
}

const LOOPBACK = '127.0.0.1';
/** The answers are about 40 bytes. */
const LARGEST_BODY = 4096;
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
};

export function pathOf(integer: number): string {
  return `/is_prime/${integer}`;
}

/**
 * Asks the proxy on this machine whether an integer is prime, on a connection of its own, so that
 * each request is balanced for itself. Never throws: what went wrong is the outcome's reason.
 */
export async function askIsPrime({ port, limitMs }: Target, integer: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    const response = await get(port, pathOf(integer), signal);
    const body = await bodyOf(response);
    return judge(response, body, integer);
  } catch (error) {
    if (signal.aborted) return failed(`no answer within ${limitMs / 1000} s`);
    return failed(REASONS[codeOf(error) ?? ''] ?? messageOf(error));
  }
}

function failed(reason: string): Outcome {
  return { kind: 'failed', reason };
}

function get(port: number, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const host = port === 80 ? 'localhost' : `localhost:${port}`;
  return new Promise((resolve, reject) => {
    const headers = { host, connection: 'close' };
    request({ host: LOOPBACK, port, path, headers, agent: false, signal })
      .once('response', resolve)
      .once('error', reject)
      .end();
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    body += chunk;
    if (body.length > LARGEST_BODY) throw new Error('an answer that is far too long');
  }
  return body;
}

function judge({ statusCode, headers }: IncomingMessage, body: string, integer: number): Outcome {
  if (statusCode !== 200) return failed(`HTTP ${statusCode}`);
  const by = headers['x-served-by'];
  if (typeof by !== 'string' || by === '') return failed('an answer without X-Served-By');
  const isPrime = isPrimeOf(body, integer);
  return isPrime === undefined
    ? failed('an answer that is not about the integer asked for')
    : { kind: 'answered', by, isPrime };
}

function isPrimeOf(body: string, integer: number): boolean | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== 'object' || answer === null) return undefined;
    if (!('integer' in answer) || answer.integer !== integer || !('is_prime' in answer)) {
      return undefined;
    }
    return typeof answer.is_prime === 'boolean' ? answer.is_prime : undefined;
  } catch {
    return undefined;
  }
}
