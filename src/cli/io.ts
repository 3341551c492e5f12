/** The process as commands see it. `main.ts` hands in the real one. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** All of standard input, as text. */
  readInput(): Promise<string>;
  readonly out: Terminal;
  readonly err: Terminal;
  /** Aborts at SIGTERM or SIGINT. */
  readonly stop: AbortSignal;
  /** Calls back at SIGHUP, until the signal aborts. */
  onHangup(callback: () => void, signal: AbortSignal): void;
  /** Calls back at a signal that means something to proxies alone, until the signal aborts. */
  onProxySignal(callback: (name: NodeJS.Signals) => void, signal: AbortSignal): void;
}

export interface Terminal {
  write(text: string): void;
  /** Colours may be used: a terminal, and no NO_COLOR. */
  readonly color: boolean;
  /** How wide a line may be; absent when it is no terminal. */
  readonly columns?: number;
}
