import { watch as watchFolder } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const PATIENCE_MS = 120_000;

/**
 * Resolves once a file is as wanted, with the moment in which it became so, by `performance.now()`: to
 * read it, which takes the longer the larger it is, is no part of what is measured.
 *
 * @param log what its writer said so far, for the message when it takes too long.
 * @param mayBe whether it can be so already. If not it is left alone until it changes: to read it
 *   would keep this process busy, in which the engine may be that is asked next.
 */
export async function written(
  file: string,
  isWanted: (text: string) => boolean,
  { log = () => '', mayBe = true }: { log?: () => string; mayBe?: boolean } = {},
): Promise<number> {
  const end = AbortSignal.timeout(PATIENCE_MS);
  return await new Promise<number>((done, failed) => {
    const look = () => {
      const at = performance.now();
      readFile(file, 'utf8').then(
        (text) => (isWanted(text) ? finish(at) : undefined),
        // Not written yet.
        () => undefined,
      );
    };
    const watcher = watchFolder(dirname(file), (_, name) => {
      if (name === basename(file)) look();
    });
    const finish = (at: number) => {
      watcher.close();
      done(at);
    };
    end.addEventListener('abort', () => {
      watcher.close();
      const time = `${PATIENCE_MS / 1_000} s`;
      failed(new Error(`'${file}' was not what was expected within ${time}:\n${log()}`));
    });
    if (mayBe) look();
  });
}
