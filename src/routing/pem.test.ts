import { describe, expect, it } from 'vitest';
import { readPem } from './pem.ts';

const block = (label: string, body: string) =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const labels = (text: string) => readPem(Buffer.from(text)).blocks.map(({ label }) => label);

describe('a file in the PEM format', () => {
  it('has blocks, whatever stands around them', () => {
    const text = `subject=a\n${block('CERTIFICATE', 'AQID\nBA==')}\n${block('EC PRIVATE KEY', 'AA==')}bye`;
    const { blocks, isComplete } = readPem(Buffer.from(text));
    expect(isComplete).toBe(true);
    expect(blocks.map(({ label, der }) => [label, [...der]])).toEqual([
      ['CERTIFICATE', [1, 2, 3, 4]],
      ['EC PRIVATE KEY', [0]],
    ]);
    expect(blocks[0]?.text).toBe(block('CERTIFICATE', 'AQID\nBA=='));
  });

  it.each([
    ['a carriage return', block('A', 'AA==').replaceAll('\n', '\r\n')],
    ['blanks', block('A', 'AA==').replaceAll('\n', ' \n')],
    ['a byte order mark', `\uFEFF${block('A', 'AA==')}`],
    ['no newline', block('A', 'AA==').trimEnd()],
  ])('may have %s in its lines', (_, text) => {
    expect(readPem(Buffer.from(text)).blocks.map(({ der }) => [...der])).toEqual([[0]]);
  });

  it('may have headers in a block', () => {
    const text = block(
      'RSA PRIVATE KEY',
      'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAEC',
    );
    const { blocks, isComplete } = readPem(Buffer.from(text));
    expect(isComplete).toBe(true);
    expect([...(blocks[0]?.der ?? [])]).toEqual([0, 1, 2]);
  });

  it.each([
    '-----BEGIN A-----\nAA==',
    `-----BEGIN A-----\n${block('B', 'AA==')}`,
    '-----BEGIN A-----\n-----END B-----',
  ])('is not complete when a block does not end', (text) => {
    expect(readPem(Buffer.from(text)).isComplete).toBe(false);
  });

  it('has none where the lines are indented or joined', () => {
    expect(labels(block('A', 'AA==').replaceAll(/^/gm, ' '))).toEqual([]);
    expect(labels(block('A', 'AA==').replaceAll('\n', ''))).toEqual([]);
    expect(labels('')).toEqual([]);
  });
});
