import { describe, expect, it } from 'vitest';
import { createLogger, type LoggerOptions } from './log.ts';

function aLogger(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({
    format: 'text',
    level: 'info',
    write: (line) => lines.push(line),
    now: () => new Date('2026-01-02T03:04:05.678Z'),
    ...options,
  });
  return { log, lines };
}

describe('createLogger', () => {
  it('writes time, level, message and fields', () => {
    const { log, lines } = aLogger();
    log.info('Watching docker events');
    log.warn('Slow', { durationMs: 12, dest: '/etc/a b', absent: undefined });
    expect(lines).toEqual([
      '2026-01-02T03:04:05.678Z INFO  Watching docker events',
      '2026-01-02T03:04:05.678Z WARN  Slow durationMs=12 dest="/etc/a b"',
    ]);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = aLogger({ level: 'warn' });
    log.debug('a');
    log.info('b');
    log.error('c');
    expect(lines).toHaveLength(1);
  });

  it('writes JSON whose time, level and message no field can replace', () => {
    const { log, lines } = aLogger({ format: 'json' });
    log.error('Failed', { message: 'forged', level: 'info', container: 'web' });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { time: '2026-01-02T03:04:05.678Z', level: 'error', message: 'Failed', container: 'web' },
    ]);
  });

  it.each([
    ['a line of its own', 'web\n2026-01-01 INFO  all is well', 'web\\n2026-01-01'],
    ['the terminal', 'web\u001b[2J', 'web\\u{1b}[2J'],
    ['reordered text', 'web\u202egnp', 'web\\u{202e}gnp'],
    ['a C1 control', 'web\u009b2J', 'web\\u{9b}2J'],
  ])('shows what would be %s', (_, name, shown) => {
    for (const format of ['text', 'json'] as const) {
      const { log, lines } = aLogger({ format });
      log.info(`Container ${name}`, { name });
      expect(lines).toHaveLength(1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
      expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      if (format === 'text') expect(lines[0]).toContain(`Container ${shown}`);
      else expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name });
    }
  });

  it('colours the level alone, and only when asked to', () => {
    const { log, lines } = aLogger({ color: true });
    log.warn('Careful');
    expect(lines[0]).toBe('2026-01-02T03:04:05.678Z \u001b[33mWARN \u001b[0m Careful');
  });
});
