const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' };

/**
 * Text on one line that shows what is in it: control characters, line and paragraph separators,
 * lone surrogates, and what reorders or hides text are written as escapes. So a container's name
 * or variable can neither start a line of its own, nor drive the terminal, nor show as another.
 */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (char) => SHORT[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
