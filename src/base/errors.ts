/**
 * What a fault is about; `cli/` gives each its own exit code.
 *
 * - `usage`: flags or arguments; `config`: environment or configuration file
 * - `engine`: the Docker Engine could not be reached or refused
 * - `template`: a template could not be read, parsed or rendered
 * - `check`: the proxy rejected the candidate; `output`: a file could not be written
 * - `notify`: the proxy could not be told; `conflict`: somebody else owns the destination
 * - `proxy`: the proxy could not be started as a child process; `drain`: it did not let go of a
 *   container in time; `held`: a set of the history is live until somebody releases it
 */
export type ErrorKind =
  | 'usage'
  | 'config'
  | 'engine'
  | 'template'
  | 'check'
  | 'output'
  | 'notify'
  | 'conflict'
  | 'proxy'
  | 'drain'
  | 'held';

/**
 * A fault that was foreseen. Its message says what was attempted, on what, why it failed and
 * what to do, so that it can be shown to a person as it is.
 */
export class TsgenError extends Error {
  override readonly name = 'TsgenError';
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** The message of anything that was thrown, in one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .trim()
    .replaceAll(/:\s*\n\s*/g, ': ')
    .replaceAll(/\s*\n\s*/g, '; ');
}

/** The `code` of a Node.js system error (`ENOENT`, `ECONNREFUSED` …), if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
