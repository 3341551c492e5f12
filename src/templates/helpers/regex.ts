import { messageOf } from '../../base/errors.ts';
import { HelperError } from './helper.ts';

/**
 * A template's regular expression in Go's spelling, as docker-gen takes it: `(?i)` and its like at
 * the beginning, `(?P<name>…)`, `\A` and `\z` are translated, the rest is JavaScript's.
 *
 * JavaScript's engine backtracks: an expression such as `^(a+)+$` can take very long on a hostile
 * value. Expressions come from templates, which are trusted; values come from containers, which
 * are not. So the author of a template has to write expressions without nested repetition.
 *
 * Throws a `HelperError` that says what is wrong with the expression.
 */
export function regexOf(expression: string): RegExp {
  const [, flags = '', body = ''] = expression.match(/^(?:\(\?([ims]+)\))?(.*)$/s) ?? [];
  const translated = body
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\\(.)/gs, (whole: string, letter: string) =>
      letter === 'A' ? '^' : letter === 'z' ? '$' : whole,
    );
  try {
    return new RegExp(translated, [...new Set(flags)].join(''));
  } catch (cause) {
    throw new HelperError(`argument 3 (regex) is not valid: ${messageOf(cause)}`, { cause });
  }
}
