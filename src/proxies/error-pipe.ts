import { execFile } from 'node:child_process';
import { close, constants, open } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A pipe for what a program writes to standard error. */
export interface ErrorPipe {
  /** For the program; to be closed here once it has been started. */
  readonly writeEnd: number;
  /** Calls back with what comes, until all who may write have ended. */
  read(onData: (data: Buffer) => void): void;
  closeWriteEnd(): void;
  /** To be called instead of `read`. */
  discard(): void;
}

/**
 * Makes one. What Node.js itself puts between a program and its parent is a socket, and proxies open
 * `/dev/stderr` as a file, which a socket cannot be: so it is a named pipe, whose name is gone before
 * anybody else can use it.
 *
 * Rejects where no named pipe can be made.
 */
export async function makeErrorPipe(temporaryFolder: string): Promise<ErrorPipe> {
  const folder = await mkdtemp(join(temporaryFolder, 'tsgen-pipe-'));
  try {
    const path = join(folder, 'stderr');
    await promisify(execFile)('mkfifo', ['-m', '600', path]);
    // Bare descriptors: a handle would be closed once nobody holds it any more.
    const openBare = promisify(open);
    const readEnd = await openBare(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeEnd = await openBare(path, constants.O_WRONLY);
    return {
      writeEnd,
      read: (onData) => {
        const socket = new Socket({ fd: readEnd, readable: true, writable: false });
        socket.on('data', onData);
        socket.on('error', () => undefined);
        // What a program that has ended left behind may hold it open.
        socket.unref();
      },
      closeWriteEnd: () => close(writeEnd, () => undefined),
      discard: () => close(readEnd, () => undefined),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
