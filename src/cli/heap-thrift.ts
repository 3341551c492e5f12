import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';

/** More than starting beside some hundred containers takes, or a change now and then. */
const BUSY_MS = 2_500;
const WINDOW_MS = 10_000;

/**
 * The optimising compilers and a large space for what is young cost a watch some 20 MB, and it is idle
 * most of the time.
 */
const THRIFTY = ['--no-opt', '--optimize-for-size', '--semi-space-growth-factor=1'];
const LAVISH = ['--opt', '--no-optimize-for-size', '--semi-space-growth-factor=2'];

export interface Engine {
  /** V8's own name, with the value. */
  setFlag(flag: string): void;
  /** Of V8: `12.4.254.21-node.33`. */
  readonly version: string;
  /** Processor time of this process so far, in milliseconds. */
  cpuMs(): number;
  /** Milliseconds, from whenever. */
  now(): number;
}

/**
 * Has V8 spare memory until there is much to do: more than 2.5 s of processor time within 10 s. From
 * then on it may use what it likes.
 */
export class HeapThrift {
  readonly #engine: Engine;
  readonly #hasMaglev: boolean;
  #window: { readonly at: number; readonly cpuMs: number };
  #lavish: boolean = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    // On by default since then.
    this.#hasMaglev = Number.parseInt(engine.version, 10) >= 12;
    this.#window = { at: engine.now(), cpuMs: 0 };
    for (const flag of THRIFTY) engine.setFlag(flag);
    if (this.#hasMaglev) engine.setFlag('--no-maglev');
  }

  /** Whether V8 uses what it likes. */
  get isLavish(): boolean {
    return this.#lavish;
  }

  /** To be called from time to time while there is work. */
  look(): void {
    if (this.#lavish) return;
    const { at, cpuMs } = this.#window;
    const now = this.#engine.now();
    const used = this.#engine.cpuMs();
    if (used - cpuMs > BUSY_MS) {
      this.#lavish = true;
      for (const flag of LAVISH) this.#engine.setFlag(flag);
      if (this.#hasMaglev) this.#engine.setFlag('--maglev');
    } else if (now - at > WINDOW_MS) {
      this.#window = { at: now, cpuMs: used };
    }
  }
}

/** For this process. Who does nothing leaves no garbage, so looking at each collection costs an idle one nothing. */
export function beThrifty(): void {
  const thrift = new HeapThrift({
    setFlag: setFlagsFromString,
    version: process.versions.v8,
    cpuMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    now: () => performance.now(),
  });
  const observer = new PerformanceObserver(() => {
    thrift.look();
    if (thrift.isLavish) observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}
