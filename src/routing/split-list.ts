/** The items of a list by comma, without blanks around them; `\,` is a comma in an item. */
export function splitList(text: string): readonly string[] {
  return text
    .split(/(?<!\\),/)
    .map((item) => item.replaceAll(String.raw`\,`, ',').trim())
    .filter((item) => item !== '');
}
