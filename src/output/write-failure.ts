import { dirname } from 'node:path';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';

/** Why a destination could not be written, and what to do, as a `TsgenError` of kind `output`. */
export function writeFailure(path: string, error: unknown): TsgenError {
  if (error instanceof TsgenError) return error;
  return new TsgenError(
    'output',
    `Cannot write '${path}': ${messageOf(error)}. ${advice(path, codeOf(error))}`,
    { cause: error },
  );
}

function advice(path: string, code: string | undefined): string {
  const folder = dirname(path);
  switch (code) {
    case 'ENOENT':
      return `Its directory does not exist: create '${folder}' or mount it.`;
    case 'ENOTDIR':
      return `A part of '${folder}' is a file, not a directory.`;
    case 'EACCES':
    case 'EPERM':
      return `Give the user that tsgen runs as the right to write in '${folder}' (a named volume takes the owner of the image that fills it first).`;
    case 'EROFS':
      return `'${folder}' is mounted read-only: mount it writable for tsgen.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `Make room on the disk that holds '${folder}'. The old content stays until then.`;
    case 'ELOOP':
      return 'Its symbolic links go in a circle.';
    default:
      return 'The old content stays.';
  }
}
