import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WatchProcess } from './watch-process.ts';

export const PROGRAM = resolve('dist/tsgen.js');
export const TEMPLATE = resolve('templates/nginx.conf.hbs');

/** Node's flags in the images. */
export async function imageFlags(): Promise<readonly string[]> {
  const script = await readFile('docker/tsgen-as-is.sh', 'utf8');
  const [, flags] = /^exec node (.*) \/usr\S*tsgen\.js /m.exec(script) ?? [];
  if (!flags) throw new Error('docker/tsgen-as-is.sh does not run node as was expected');
  return flags.split(' ');
}

/**
 * The built command line as users run it, watching: nginx's template, no check, no notification. What it
 * writes is seen as it comes.
 */
export class BuiltWatch extends WatchProcess {
  /**
   * @param folder for the destination, and for what else it writes.
   * @param more further arguments.
   * @param flags for node.
   */
  static async start(
    endpoint: string,
    folder: string,
    more: readonly string[] = [],
    flags: readonly string[] = [],
  ): Promise<BuiltWatch> {
    const [out, temporary] = [join(folder, 'out'), join(folder, 'tmp')];
    await mkdir(out);
    await mkdir(temporary);
    const dest = join(out, 'default.conf');
    const args = ['--template', TEMPLATE, '--dest', dest, '--watch', '--endpoint', endpoint];
    return new BuiltWatch({
      program: process.execPath,
      args: [...flags, PROGRAM, ...args, ...more],
      env: { PATH: process.env.PATH, TMPDIR: temporary },
      dest,
    });
  }
}
