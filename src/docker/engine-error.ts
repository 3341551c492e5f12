import { stat } from 'node:fs/promises';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import type { Endpoint } from './endpoint.ts';

/** A request that the engine did not answer, or answered with a refusal. */
export class EngineError extends TsgenError {
  /** The HTTP status; absent when there was no answer. */
  readonly status: number | undefined;

  constructor(
    message: string,
    options: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super('engine', message, { cause: options.cause });
    this.status = options.status;
  }
}

/** What the engine said about one container is not what it says of containers. */
export class MalformedContainer extends EngineError {}

/** `complaint` says what is wrong, such as `Config is missing`. */
export function malformedMessage(endpoint: Endpoint, path: string, complaint: string): string {
  return `The Docker Engine at ${endpoint.display} answered ${path} with something that tsgen cannot use: ${complaint}. Is it a Docker Engine, and does what stands before it pass answers on unchanged?`;
}

/** The HTTP status that dockerode puts on its errors. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** What the engine said, without dockerode's frame around it. */
export function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'json' in error) {
    const { json } = error;
    if (typeof json === 'object' && json !== null && 'message' in json) {
      if (typeof json.message === 'string') return json.message.trim();
    }
  }
  return messageOf(error).replace(/^\(HTTP code \d+\) [^-]* - /, '');
}

/** Turns what dockerode rejected with into a message that says what to do; ours stay as they are. */
export async function explain(
  error: unknown,
  request: { readonly endpoint: Endpoint; readonly path: string },
): Promise<EngineError> {
  if (error instanceof EngineError) return error;
  const { endpoint, path } = request;
  const where = `the Docker Engine at ${endpoint.display}`;
  const status = statusOf(error);
  const message =
    status === undefined
      ? `Cannot reach ${where} (${path}): ${await whyUnreachable(error, endpoint)}`
      : `${capital(where)} refused ${path} with status ${status}: ${sentence(reasonOf(error))}${adviceFor(status, path, error)}`;
  return new EngineError(message, { ...(status === undefined ? {} : { status }), cause: error });
}

function adviceFor(status: number, path: string, error: unknown): string {
  if (status === 403) {
    return ` A filter stands before the engine: let it pass ${path}.`;
  }
  if (status === 400 && /HTTP request to an HTTPS server/i.test(reasonOf(error))) {
    return ' It expects TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.';
  }
  if (status >= 502 && status <= 504) {
    return ' What stands before the engine cannot reach it: is the engine running?';
  }
  return '';
}

async function whyUnreachable(error: unknown, endpoint: Endpoint): Promise<string> {
  const reason = messageOf(error);
  if (endpoint.kind === 'unix') {
    switch (codeOf(error)) {
      case 'ENOENT':
        return `there is no such socket. Is the engine running? In a container, mount its socket (-v ${endpoint.socketPath}:${endpoint.socketPath}); elsewhere name it with --endpoint or DOCKER_HOST.`;
      case 'EACCES':
      case 'EPERM':
        return `permission denied. ${await whoMayRead(endpoint.socketPath)}`;
      case 'ECONNREFUSED':
        return 'nobody listens on this socket. Is the engine running?';
      default:
        return `${sentence(reason)} Is the engine running?`;
    }
  }
  switch (codeOf(error)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host '${endpoint.host}' has no address. Is the name in --endpoint or DOCKER_HOST right?`;
    case 'ECONNREFUSED':
      return `nobody listens on port ${endpoint.port}. Is the engine running, and does it listen on TCP?`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'CERT_HAS_EXPIRED':
      return `its certificate is not trusted: ${sentence(reason)} Is ca.pem in DOCKER_CERT_PATH the CA that signed it, for this host name?`;
    default:
      return `${sentence(reason)} Is the engine running, and do both sides agree on TLS?`;
  }
}

/** Owner, group and mode of the socket, which decide who may use it. */
async function whoMayRead(socketPath: string): Promise<string> {
  try {
    const { uid, gid, mode } = await stat(socketPath);
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    return `The socket belongs to user ${uid} and group ${gid} with mode ${octal}: run tsgen with that group (docker run --group-add ${gid}, Compose group_add).`;
  } catch {
    return 'Its folder cannot be searched: run tsgen as a user who may use Docker.';
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
