/** The longest regular expression that is accepted. */
const MAX_REGEX_LENGTH = 1024;

/** The highest count in a `{n}`, and the deepest nesting of groups. */
const MAX_COUNT = 1000;
const MAX_DEPTH = 50;
/**
 * A proxy's compiler unrolls counted groups, and gives up at 64 kB of code. Sizes are counted in
 * units that are no smaller than what PCRE2 needs for the same thing, in bytes.
 */
const MAX_SIZE = 30_000;
const SIZE = { character: 6, set: 48, group: 24 };

/** What PCRE takes for one, escapes included. */
const POSIX_CLASS = /^\[([:.=])(?:\\[\]\\]|[^\]])*?\1\]/;
const COUNT = /^\{(\d+)(,(\d*))?\}/;

/**
 * Why a regular expression from a container cannot be used, or `undefined` when it can.
 *
 * The proxies compile it with PCRE, and one that PCRE refuses would make them refuse the whole
 * configuration. PCRE is not at hand here, so JavaScript's `RegExp` stands in for it, and what the
 * two read differently is refused: escapes by letter other than `\d \w \s \b` and their opposites,
 * back references, look-behind, inline flags, atomic groups, POSIX classes. Named groups are refused because
 * nginx turns each into a variable, and one with the name of a variable that is in use would
 * change what other sites see.
 *
 * @param text the expression without any marker
 */
export function regexFault(text: string): string | undefined {
  if (text === '') return 'the regular expression is empty';
  if (text.length > MAX_REGEX_LENGTH) {
    return `the regular expression is longer than ${MAX_REGEX_LENGTH} characters`;
  }
  if (!/^[\x20-\x7e]*$/.test(text)) {
    return 'the regular expression has a character that is not printable ASCII';
  }
  return new Scanner(text).fault() ?? compileFault(text);
}

function compileFault(text: string): string | undefined {
  try {
    new RegExp(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return `the regular expression cannot be compiled (${message})`;
  }
}

/** Walks over the expression once, looking for what the engines disagree about. */
class Scanner {
  readonly #text: string;
  #at = 0;
  /** The size of each open group so far; the first is the whole expression. */
  readonly #sizes = [0];
  /** The size of what a quantifier would repeat. */
  #last = 0;

  constructor(text: string) {
    this.#text = text;
  }

  fault(): string | undefined {
    while (this.#at < this.#text.length) {
      const fault = this.#step();
      if (fault !== undefined) return `the regular expression ${fault}`;
    }
    const [size = 0] = this.#sizes;
    return size > MAX_SIZE ? 'the regular expression is too large once it is unrolled' : undefined;
  }

  #step(): string | undefined {
    switch (this.#text[this.#at]) {
      case '\\':
        return this.#escape('dDwWsSbB');
      case '[':
        return this.#set();
      case '(':
        return this.#open();
      case ')':
        return this.#close();
      case '{':
        return this.#count();
      default:
        this.#add(SIZE.character);
        this.#at += 1;
        return undefined;
    }
  }

  #escape(letters: string): string | undefined {
    const escaped = this.#text[this.#at + 1];
    if (escaped === undefined) return 'ends with a backslash';
    if (/[a-zA-Z0-9]/.test(escaped) && !letters.includes(escaped)) {
      return `has \\${escaped}: of the escapes by letter or digit, only \\d \\w \\s \\b and their opposites are supported`;
    }
    this.#add(SIZE.character);
    this.#at += 2;
    return undefined;
  }

  #set(): string | undefined {
    const set = this.#text.slice(this.#at);
    if (POSIX_CLASS.test(set)) return 'has a POSIX class such as [:alpha:], which is not supported';
    this.#at += set.startsWith('[^') ? 2 : 1;
    if (this.#text[this.#at] === ']') return 'has a set that begins with ]: write \\] instead';
    // Whether the item before is itself a set, which cannot be one end of a range.
    let afterSet = false;
    for (;;) {
      const rest = this.#text.slice(this.#at);
      if (rest === '') return 'has a set [ without its ]';
      if (rest.startsWith(']')) break;
      // For PCRE it may begin a POSIX class, for JavaScript it never does.
      if (rest.startsWith('[')) return 'has a [ within a set: write \\[ instead';
      const isRange = rest.startsWith('-') && !rest.startsWith('-]');
      if (isRange && (afterSet || /^-\\[dDwWsS]/.test(rest))) {
        return 'has a range that begins or ends with a set: write \\- for a hyphen';
      }
      afterSet = /^\\[dDwWsS]/.test(rest);
      if (rest.startsWith('\\')) {
        const fault = this.#escape('dDwWsS');
        if (fault !== undefined) return fault;
      } else {
        this.#at += 1;
      }
    }
    this.#at += 1;
    this.#add(SIZE.set);
    return undefined;
  }

  #open(): string | undefined {
    const rest = this.#text.slice(this.#at);
    if (/^\(\?(?:P?<[A-Za-z_]|')/.test(rest)) {
      return 'has a named group, which would set a variable of the proxy: leave the name out';
    }
    const start = /^\((?:\?[:=!])?(?!\?)/.exec(rest)?.[0];
    if (start === undefined) {
      return 'has a (? group of a kind that is not supported: (?: ) (?= ) (?! ) are';
    }
    if (this.#sizes.length > MAX_DEPTH) return `has groups nested deeper than ${MAX_DEPTH}`;
    this.#sizes.push(SIZE.group);
    this.#at += start.length;
    return undefined;
  }

  #close(): string | undefined {
    const size = this.#sizes.pop() ?? 0;
    if (this.#sizes.length === 0) return 'has a ) without its (';
    this.#add(size);
    this.#at += 1;
    return undefined;
  }

  #count(): string | undefined {
    const count = COUNT.exec(this.#text.slice(this.#at));
    if (!count) return 'has a { that begins no count: write \\{ instead';
    const times = Math.max(Number(count[1]), Number(count[3] ?? 0)) + 1;
    if (times > MAX_COUNT) return `has a count above ${MAX_COUNT - 1}`;
    this.#add(this.#last * (times - 1));
    this.#at += count[0].length;
    return undefined;
  }

  #add(size: number): void {
    this.#sizes.push((this.#sizes.pop() ?? 0) + size);
    this.#last = size;
  }
}
