import { visible } from './visible.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Facts beside a message. Never a secret, never a whole environment. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export interface LoggerOptions {
  /** `text` for people, `json` for machines (one object a line: `time`, `level`, `message`, fields). */
  readonly format: 'text' | 'json';
  /** The lowest level that is written. */
  readonly level: LogLevel;
  /** Receives each line, without its line break. */
  readonly write: (line: string) => void;
  readonly now: () => Date;
  /** Colours the level; for terminals only. */
  readonly color?: boolean;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const COLOR: Readonly<Record<LogLevel, string>> = {
  debug: '\u001b[2m',
  info: '\u001b[36m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
};
const RESET = '\u001b[0m';

/** A logger that writes one line a message, whatever the message holds. */
export function createLogger(options: LoggerOptions): Logger {
  const render = options.format === 'json' ? renderJson : renderText;
  const log = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (RANK[level] < RANK[options.level]) return;
    options.write(render(options, level, message, fields ?? {}));
  };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

function renderJson(
  options: LoggerOptions,
  level: LogLevel,
  message: string,
  fields: LogFields,
): string {
  const line = JSON.stringify({ ...fields, time: options.now().toISOString(), level, message });
  // JSON leaves characters alone that drive a terminal or reorder what it shows.
  return line.replaceAll(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (char) =>
    escapeUnits(char).join(''),
  );
}

function escapeUnits(char: string): readonly string[] {
  return Array.from({ length: char.length }, (_, index) => {
    return `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`;
  });
}

function renderText(
  options: LoggerOptions,
  level: LogLevel,
  message: string,
  fields: LogFields,
): string {
  const label = level.toUpperCase().padEnd(5);
  const shown = options.color ? `${COLOR[level]}${label}${RESET}` : label;
  const facts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${quoteIfNeeded(String(value))}`)
    .join('');
  return `${options.now().toISOString()} ${shown} ${visible(message)}${facts}`;
}

function quoteIfNeeded(value: string): string {
  return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(visible(value));
}
