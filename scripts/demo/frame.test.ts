import { describe, expect, it } from 'vitest';
import type { Row } from './bars.ts';
import { type Frame, frameLines } from './frame.ts';
import { lookOf, paint } from './look.ts';

const output = { isTTY: true, colorDepth: 8 };
const plainLook = lookOf({ LANG: 'C.UTF-8', NO_COLOR: '1' }, output);
const asciiLook = lookOf({ LANG: 'C', NO_COLOR: '1' }, output);

function row(place: number, state: Row['state'], answers: number, share: number): Row {
  return { name: `web-${place + 1}`, state, place, answers, share, perSecond: share * 50 };
}

const frame: Frame = {
  elapsedMs: 83_400,
  stops: [
    { replicas: 3, status: 'done' },
    { replicas: 6, status: 'now' },
    { replicas: 2, status: 'next' },
  ],
  heading: '6 replicas',
  details: ['128 of 250 answers in a row from them alone', '128 of 250'],
  progress: 0.512,
  rows: [
    row(0, 'ready', 1204, 1 / 6),
    row(1, 'ready', 1203, 0.175),
    row(2, 'new', 87, 0.1583),
    row(3, 'starting', 0, 0),
    row(4, 'leaving', 40, 1 / 3),
    row(5, 'gone', 12, 0),
  ],
  evenShare: 1 / 6,
  totals: { requests: 3534, failed: 2, reason: 'HTTP 502', p50: 1.84, p95: 12.2, perSecond: 49.8 },
  latest: { path: '/is_prime/7919', isPrime: true, by: 'web-3' },
  turn: 3,
};

function draw(columns: number, look = plainLook, rows = 40, shown = frame): string {
  return frameLines(shown, { columns, rows }, look.glyphs)
    .map((line) => paint(line, columns, look).trimEnd())
    .join('\n');
}

describe('frameLines', () => {
  it('fits 40 columns', () => {
    expect(draw(40)).toBe(`\
✓ 3  →  ● 6  →  ○ 2                 1:23

⠸ 6 replicas                  128 of 250

           ▾               share count
web-1 ██████              16.7 % 1,204
web-2 ██████▎             17.5 % 1,203
web-3 █████▊              15.8 %    87 +
web-4                                  ~
web-5 ████████████        33.3 %    40 -
web-6                               12 x

3,534 requests · 2 failed (HTTP 502)
50/s · p50 1.8 ms · p95 12 ms
/is_prime/7919 → prime, web-3`);
  });

  it('shows more in 80 columns', () => {
    expect(draw(80)).toBe(`\
  ✓ 3 replicas  →  ● 6 replicas  →  ○ 2 replicas                          1:23

  ⠸ 6 replicas  ▕████████▎       ▏ 128 of 250 answers in a row from them alone

                   ▾ even share 16.7 %         share     rate answers
  web-1 ████████████                          16.7 %    8.3/s   1,204
  web-2 ████████████▋                         17.5 %    8.8/s   1,203
  web-3 ███████████▍                          15.8 %    7.9/s      87 new
  web-4                                                               starting
  web-5 ████████████████████████              33.3 %   16.7/s      40 draining
  web-6                                                            12 gone

  3,534 requests · 2 failed (HTTP 502) · 50/s · p50 1.8 ms · p95 12 ms
  GET /is_prime/7919 → prime, says web-3`);
  });

  it('has longer bars in 120 columns', () => {
    expect(draw(120)).toBe(`\
  ✓ 3 replicas  →  ● 6 replicas  →  ○ 2 replicas                                                                  1:23

  ⠸ 6 replicas                                          ▕████████▎       ▏ 128 of 250 answers in a row from them alone

                                 ▾ even share 16.7 %                                   share     rate answers
  web-1 █████████████████████████▍                                                    16.7 %    8.3/s   1,204
  web-2 ██████████████████████████▋                                                   17.5 %    8.8/s   1,203
  web-3 ████████████████████████                                                      15.8 %    7.9/s      87 new
  web-4                                                                                                       starting
  web-5 ██████████████████████████████████████████████████▋                           33.3 %   16.7/s      40 draining
  web-6                                                                                                    12 gone

  3,534 requests · 2 failed (HTTP 502) · 50/s · p50 1.8 ms · p95 12 ms
  GET /is_prime/7919 → prime, says web-3`);
  });

  it('is plain ASCII where the locale is not UTF-8', () => {
    expect(draw(80, asciiLook)).toBe(`\
  + 3 replicas  >  * 6 replicas  >  o 2 replicas                          1:23

  \\ 6 replicas  [########        ] 128 of 250 answers in a row from them alone

                   v even share 16.7 %         share     rate answers
  web-1 ############                          16.7 %    8.3/s   1,204
  web-2 #############                         17.5 %    8.8/s   1,203
  web-3 ###########                           15.8 %    7.9/s      87 new
  web-4                                                               starting
  web-5 ########################              33.3 %   16.7/s      40 draining
  web-6                                                            12 gone

  3,534 requests | 2 failed (HTTP 502) | 50/s | p50 1.8 ms | p95 12 ms
  GET /is_prime/7919 > prime, says web-3`);
  });

  it('never is wider than the screen, from one column up', () => {
    const hostile = {
      ...frame,
      heading: 'h'.repeat(300),
      details: ['d'.repeat(300)],
      rows: [{ ...row(0, 'unknown', 12_345_678, 1), name: '\u001b[31m'.repeat(90) }],
      totals: { ...frame.totals, reason: '\u0007\r\n'.repeat(90) },
      latest: { path: '/is_prime/1', isPrime: false, by: '\u009b2J\n'.repeat(90) },
    };
    for (let columns = 1; columns <= 130; columns += 1) {
      const lines = draw(columns, plainLook, 40, hostile).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines.join('')).toMatch(/^[^\p{Cc}]*$/u);
    }
  });

  it('gives up its blank lines, then its last ones, on a low screen', () => {
    expect(draw(80, plainLook, 14).split('\n')).toHaveLength(14);
    const low = draw(80, plainLook, 11).split('\n');
    expect(low).toHaveLength(11);
    expect(low).not.toContain('');
    expect(draw(80, plainLook, 4).split('\n').at(-1)).toContain('web-1');
  });

  it('says what it waits for as fully as there is room', () => {
    const heading = (columns: number) => draw(columns).split('\n')[2];
    expect(heading(80)).toContain('128 of 250 answers in a row from them alone');
    expect(heading(58)).toMatch(/▏ 128 of 250$/);
    expect(heading(30)).toMatch(/replicas +128 of 250$/);
    expect(heading(20)).toBe('⠸ 6 replicas');
  });

  it('turns its spinner with each drawing', () => {
    const seen = new Set(
      Array.from({ length: 30 }, (_, turn) => draw(80, plainLook, 40, { ...frame, turn })),
    );
    expect(seen.size).toBe(plainLook.glyphs.spinner.length);
  });

  it('colours each replica differently, and writes no escape code without colours', () => {
    const colored = draw(80, lookOf({ LANG: 'C.UTF-8' }, output)).split('\n');
    expect(colored[5]).toContain('\u001b[38;5;39mweb-1\u001b[0m');
    expect(colored[6]).toContain('\u001b[38;5;44mweb-2\u001b[0m');
    expect(colored[9]).toContain('\u001b[33m draining\u001b[0m');
    expect(draw(80)).not.toContain('\u001b');
  });
});
