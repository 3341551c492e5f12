import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { messageOf } from '../base/errors.ts';
import { isInternalAddress } from './internal-address.ts';

/** Where what came of a push may be told. */
export type CallbackTarget =
  | { readonly kind: 'allowed'; readonly url: URL }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a caller is told, in the form of Docker Hub's web hooks. */
export interface CallbackBody {
  readonly state: 'success' | 'failure' | 'error';
  readonly description: string;
  readonly context: string;
}

export type CallbackOutcome =
  | { readonly kind: 'called'; readonly status: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface CallbackDeps {
  /** All addresses of a host. */
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
  /** Sends the body to one of these addresses, whatever the name resolves to by then. */
  readonly send: (
    url: URL,
    addresses: readonly LookupAddress[],
    body: string,
    signal: AbortSignal,
  ) => Promise<number>;
}

const LIMIT_MS = 10_000;
/** Docker Hub takes no longer one. */
const MAX_DESCRIPTION = 255;

/**
 * Judges by its text alone whether a URL may be called.
 *
 * @param hosts the allow list: host names, with a port where it is not 443.
 */
export function judgeCallback(text: string, hosts: ReadonlySet<string>): CallbackTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return refused('callback_url is no URL');
  if (url.protocol !== 'https:') return refused('callback_url is not https');
  if (url.username !== '' || url.password !== '') {
    return refused('callback_url has a user name or password');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isInternalAddress(host)) {
    return refused('callback_url points to an internal address');
  }
  if (!hosts.has(url.host)) {
    return refused('the host of callback_url is not on the allow list (--callback-host)');
  }
  return { kind: 'allowed', url };
}

/**
 * Tells what came of a push. The host's addresses are looked at before it is called, and none but
 * those is called; a redirection is not followed.
 *
 * @throws the signal's reason when it aborts.
 */
export async function callBack(
  url: URL,
  body: CallbackBody,
  { signal }: { readonly signal: AbortSignal },
  deps: CallbackDeps = systemCallback,
): Promise<CallbackOutcome> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  try {
    const addresses =
      isIP(host) === 0 ? await deps.resolve(host) : [{ address: host, family: isIP(host) }];
    if (addresses.length === 0) return { kind: 'failed', reason: `${host} has no address` };
    if (addresses.some(({ address }) => isInternalAddress(address))) {
      return refused(`${host} has an internal address`);
    }
    const { state, description, context } = body;
    const text = JSON.stringify({
      state,
      description: description.slice(0, MAX_DESCRIPTION),
      context,
    });
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
    const status = await deps.send(url, addresses, text, limit);
    return status >= 200 && status < 300
      ? { kind: 'called', status }
      : { kind: 'failed', reason: `${host} answered with status ${status}` };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'failed', reason: `${host} could not be called: ${messageOf(error)}` };
  }
}

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}

/** By the system's name service, over connections that are used once. */
export const systemCallback: CallbackDeps = {
  resolve: async (host) => await lookup(host, { all: true }),
  send: (url, addresses, body, signal) =>
    new Promise((resolve, reject) => {
      const asked = request(
        url,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
          lookup: pinned(addresses),
          // A connection that is kept may lead elsewhere.
          agent: false,
          signal,
        },
        (response) => {
          // Its words are nothing to us.
          response.destroy();
          resolve(response.statusCode ?? 0);
        },
      );
      asked.once('error', reject);
      asked.end(body);
    }),
};

/** A name that was looked up once must not lead elsewhere the second time. */
function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses;
    if (options.all) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family ?? 0);
  };
}
