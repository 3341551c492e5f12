import { clip, type Ink, type Line } from './text.ts';

/** The characters that things are drawn with, each one column wide except the ellipsis. */
export interface Glyphs {
  /** A bar's last cell, from the least to the most that it can hold; the last one is a full cell. */
  readonly bar: readonly string[];
  /** A cell of the timeline, from low to high. */
  readonly column: readonly string[];
  readonly tick: string;
  /** Before a label on the timeline's axis. */
  readonly axis: string;
  readonly separator: string;
  readonly arrow: string;
  readonly done: string;
  readonly failed: string;
  readonly now: string;
  readonly next: string;
  readonly dash: string;
  readonly ellipsis: string;
  readonly spinner: readonly string[];
  readonly edges: readonly [string, string];
}

const BLOCKS: Glyphs = {
  bar: [...'▏▎▍▌▋▊▉█'],
  column: [...'▁▂▃▄▅▆▇█'],
  tick: '▾',
  axis: '└',
  separator: '·',
  arrow: '→',
  done: '✓',
  failed: '✗',
  now: '●',
  next: '○',
  dash: '–',
  ellipsis: '…',
  spinner: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'],
  edges: ['▕', '▏'],
};

const ASCII: Glyphs = {
  bar: ['#'],
  column: [...'.:-=+*%#'],
  tick: 'v',
  axis: '^',
  separator: '|',
  arrow: '>',
  done: '+',
  failed: 'x',
  now: '*',
  next: 'o',
  dash: '-',
  ellipsis: '..',
  spinner: [...'|/-\\'],
  edges: ['[', ']'],
};

/** How the demo may show itself on what it writes to. */
export interface Look {
  /** A terminal whose cursor can be moved; otherwise lines are written once and stay. */
  readonly live: boolean;
  readonly colors: 0 | 16 | 256;
  readonly glyphs: Glyphs;
}

export interface Output {
  readonly isTTY: boolean;
  /** Bits a colour, as Node.js tells it of a terminal. */
  readonly colorDepth: number;
}

/**
 * Colours only on a terminal and without `NO_COLOR` (https://no-color.org: any value that is not
 * empty), block elements only where the locale says UTF-8.
 */
export function lookOf(env: Readonly<Record<string, string | undefined>>, output: Output): Look {
  const live = output.isTTY && env.TERM !== 'dumb';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    live,
    colors: !live || env.NO_COLOR || output.colorDepth < 4 ? 0 : output.colorDepth < 8 ? 16 : 256,
    glyphs: /utf-?8/i.test(locale) ? BLOCKS : ASCII,
  };
}

const RESET = '\u001b[0m';
const SGR = {
  strong: '1',
  faint: '2',
  good: '32',
  warn: '33',
  bad: '1;31',
  accent: '36',
} as const;
/** From blue to orange, so that neighbours differ and none is the red of failures. */
const REPLICAS = {
  16: ['36', '34', '32', '35', '96', '94'],
  256: [39, 44, 79, 149, 221, 215].map((color) => `38;5;${color}`),
} as const;

/** A line as it goes to the terminal, cut to the columns. */
export function paint(line: Line, columns: number, { colors }: Pick<Look, 'colors'>): string {
  return clip(line, columns)
    .map(({ text, ink }) => {
      const code = ink === undefined || colors === 0 ? undefined : codeOf(ink, colors);
      return code === undefined ? text : `\u001b[${code}m${text}${RESET}`;
    })
    .join('');
}

function codeOf(ink: Ink, colors: 16 | 256): string | undefined {
  if (typeof ink === 'string') return SGR[ink];
  const palette = REPLICAS[colors];
  return palette[ink.replica % palette.length];
}
