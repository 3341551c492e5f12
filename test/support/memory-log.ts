import { createLogger, type Logger } from '../../src/base/log.ts';

export interface MemoryLog extends Logger {
  /** `LEVEL message`, without the time. */
  readonly lines: readonly string[];
}

/** A logger that keeps what it is told. */
export function aLog(): MemoryLog {
  const lines: string[] = [];
  const logger = createLogger({
    format: 'json',
    level: 'debug',
    now: () => new Date(0),
    write: (line) => {
      const { level, message } = JSON.parse(line) as { level: string; message: string };
      lines.push(`${level} ${message}`);
    },
  });
  return { ...logger, lines };
}
