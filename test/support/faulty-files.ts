import { constants } from 'node:fs';
import { type FileSystem, systemFiles } from '../../src/output/files.ts';

type Handle = Awaited<ReturnType<FileSystem['open']>>;

/**
 * What goes wrong from a step on. `crash`: nothing happens any more, as after a SIGKILL. `full`: what
 * needs room on the disk fails, until `heal`. `refused`: this one step fails, and no other.
 */
export type Fault = 'crash' | 'full' | 'refused';

/** Whether a step, as it stands in `steps`, fails on a full disk. */
export function needsRoom(step: string): boolean {
  return /^(create|write|mkdir|sync) /.test(step);
}

/** The file system, with a fault at one of the steps that change it. A write is half done by then. */
export class FaultyFiles {
  readonly files: FileSystem;
  /** Resolves when the step of a crash is reached. */
  readonly crashed: Promise<void>;
  /** What was done, and to what: the numbers of `faultAt` count these, from 0 on. */
  readonly steps: string[] = [];
  readonly #fault: Fault;
  readonly #faultAt: number;
  readonly #handles = new Set<Handle>();
  #isHealed: boolean = false;
  #isCrashed: boolean = false;
  #tellCrash: () => void = () => undefined;

  constructor(fault: Fault = 'crash', faultAt = Number.POSITIVE_INFINITY) {
    this.#fault = fault;
    this.#faultAt = faultAt;
    this.crashed = new Promise((resolve) => {
      this.#tellCrash = resolve;
    });
    this.files = this.#wrapped();
  }

  /** Whether the step of the fault was reached. */
  get hasStruck(): boolean {
    return this.steps.length > this.#faultAt;
  }

  heal(): void {
    this.#isHealed = true;
  }

  /** Closes what a crash left open, as the kernel does. Returns how many files that were. */
  async closeAll(): Promise<number> {
    const open = [...this.#handles];
    for (const handle of open) await handle.close();
    return open.length;
  }

  #wrapped(): FileSystem {
    const own = {
      open: async (...args: Parameters<FileSystem['open']>) => await this.#open(...args),
      mkdir: async (...args: Parameters<FileSystem['mkdir']>) => {
        // Of one that is there already the kernel says so first.
        const isThere = await systemFiles.lstat(args[0]).catch(() => undefined);
        if (!isThere) await this.#step('mkdir', String(args[0]));
        return await systemFiles.mkdir(...args);
      },
      mkdtemp: this.#changing('mkdir', systemFiles.mkdtemp),
      rename: this.#changing('rename', systemFiles.rename),
      rm: this.#changing('rm', systemFiles.rm),
      rmdir: this.#changing('rm', systemFiles.rmdir),
    };
    const reading = (
      ['access', 'lstat', 'readFile', 'readdir', 'readlink', 'realpath', 'stat'] as const
    ).map((name) => [name, this.#reading(systemFiles[name] as never)]);
    return { ...systemFiles, ...Object.fromEntries(reading), ...own } as FileSystem;
  }

  /** What a crash ended does not even look any more. */
  #reading<Args extends readonly unknown[], Result>(
    read: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      if (this.#isCrashed) return await never();
      const result = await read(...args);
      return this.#isCrashed ? await never() : result;
    };
  }

  #changing<Args extends readonly unknown[], Result>(
    kind: string,
    change: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      await this.#step(kind, String(args.at(kind === 'rename' ? 1 : 0)));
      return await change(...args);
    };
  }

  async #open(...args: Parameters<FileSystem['open']>): Promise<Handle> {
    const [path, flags = 'r'] = args;
    const isRead = typeof flags === 'number' ? (flags & 3) === constants.O_RDONLY : flags === 'r';
    if (this.#isCrashed) return await never();
    if (!isRead) await this.#step(typeof flags === 'number' ? 'open' : 'create', String(path));
    const handle = await systemFiles.open(...args);
    this.#handles.add(handle);
    const { close, writeFile, write, truncate, chmod, chown } = handle;
    handle.close = async () => {
      this.#handles.delete(handle);
      await close.call(handle);
    };
    const half = async (data: Uint8Array) => {
      await writeFile.call(handle, data.subarray(0, data.length / 2));
    };
    handle.writeFile = (async (data: Uint8Array) => {
      await this.#step('write', String(path), () => half(data));
      await writeFile.call(handle, data);
    }) as typeof handle.writeFile;
    const step = (kind: string, change: (...args: never[]) => Promise<unknown>) =>
      (async (...args: never[]) => {
        await this.#step(kind, String(path));
        return await change.call(handle, ...args);
      }) as never;
    handle.write = step('write', write as never);
    handle.truncate = step('truncate', truncate);
    handle.chmod = step('chmod', chmod);
    handle.chown = step('chown', chown);
    // Without doing it: these faults are not of the machine, and it takes long.
    const synced = async () => {};
    handle.sync = isRead ? synced : step('sync', synced);
    return handle;
  }

  async #step(kind: string, path: string, half?: () => Promise<void>): Promise<void> {
    if (this.#isCrashed) return await never();
    const number = this.steps.length;
    const step = `${kind} ${path.replace(/[0-9a-f]{12}/, 'RANDOM')}`;
    this.steps.push(step);
    if (this.#fault === 'crash' && number === this.#faultAt) {
      this.#isCrashed = true;
      await half?.();
      this.#tellCrash();
      return await never();
    }
    const isFull = this.#fault === 'full' && number >= this.#faultAt && needsRoom(step);
    if (isFull && !this.#isHealed) {
      await half?.();
      throw failure('ENOSPC', 'no space left on device', kind, path);
    }
    if (this.#fault === 'refused' && number === this.#faultAt) {
      throw failure('EIO', 'i/o error', kind, path);
    }
  }
}

function failure(code: string, text: string, kind: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${text}, ${kind} '${path}'`), { code });
}

async function never(): Promise<never> {
  return await new Promise<never>(() => undefined);
}
