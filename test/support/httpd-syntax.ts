/** A directive, or with a block a section (`VirtualHost`, without its brackets). */
export interface HttpdDirective {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly HttpdDirective[];
}

type Definitions = Readonly<Record<string, string>>;

/** What every generated configuration defines. */
const DEFINED: Definitions = { DOLLAR: '$' };

/**
 * Reads a configuration as httpd does (`ap_build_config`): a line is a directive, unless it ends with
 * a backslash; comments have a line of their own; `${NAME}` is replaced first, once.
 *
 * @throws Error for a section that is not closed or was never opened.
 */
export function parseHttpd(text: string, env: Definitions = {}): readonly HttpdDirective[] {
  const top: HttpdDirective[] = [];
  const open: { readonly name: string; readonly block: HttpdDirective[] }[] = [];
  for (const raw of text.replaceAll(/\\\r?\n/g, '').split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const block = open.at(-1)?.block ?? top;
    const closing = /^<\/(\w+)>$/.exec(line)?.[1];
    if (closing !== undefined) {
      const last = open.pop();
      if (last?.name !== closing)
        throw new Error(`</${closing}> closes ${last?.name ?? 'nothing'}`);
      continue;
    }
    const section = /^<(\w+)\s*(.*)>$/.exec(line);
    const [, name = '', rest = ''] = section ?? /^(\S+)\s*(.*)$/.exec(line) ?? [];
    const args = readWords(rest, env);
    if (!section) {
      block.push({ name, args });
      continue;
    }
    const inner: HttpdDirective[] = [];
    block.push({ name, args, block: inner });
    open.push({ name, block: inner });
  }
  const left = open.at(-1);
  if (left) throw new Error(`<${left.name}> is not closed`);
  return top;
}

function readWords(text: string, env: Definitions): readonly string[] {
  const words: string[] = [];
  let rest = text;
  while (rest.trim() !== '') {
    const word = readHttpdWord(rest, env);
    words.push(word.value);
    rest = word.rest;
  }
  return words;
}

/** Reads one word as httpd does (`ap_resolve_env`, `ap_getword_conf`). */
export function readHttpdWord(
  text: string,
  env: Definitions = {},
): { readonly value: string; readonly rest: string } {
  const known: Definitions = { ...env, ...DEFINED };
  const line = text
    .replaceAll(/\$\{([^}]*)\}/g, (whole, name: string) => known[name] ?? whole)
    .trimStart();
  const [quote = ''] = line;
  if (quote !== '"' && quote !== "'") {
    const [value = ''] = /^\S*/.exec(line) ?? [];
    return { value, rest: line.slice(value.length) };
  }
  let value = '';
  let at = 1;
  while (at < line.length && line[at] !== quote) {
    const next = line[at + 1] ?? '';
    if (line[at] === '\\' && (next === quote || next === '\\')) at += 1;
    value += line[at];
    at += 1;
  }
  return { value, rest: line.slice(at + 1) };
}

/** All directives of a name, in sections too. */
export function directivesOf(
  directives: readonly HttpdDirective[],
  name: string,
): readonly HttpdDirective[] {
  return directives.flatMap((one) => [
    ...(one.name === name ? [one] : []),
    ...directivesOf(one.block ?? [], name),
  ]);
}
