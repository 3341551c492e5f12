import type { Example, Helper } from '../../src/templates/helpers/helper.ts';
import { type Family, helperFamilies } from '../../src/templates/helpers/table.ts';
import { dockerGenFunctions, leftOut } from './docker-gen-functions.ts';

/** `docs/helpers.md`, from what the helpers say of themselves. */
export function helpersPage(): string {
  // Descriptions alone are shown: no helper is called, so no file is looked at.
  const families = helperFamilies({
    exists: () => false,
    read: () => undefined,
    list: () => undefined,
  });
  const anchors = anchorsOf(families);
  const parts = [
    INTRODUCTION,
    families.map(({ title }) => `- [${title}](#${anchors.get(title)})`).join('\n'),
    ...families.map(familyText),
    dockerGenText(families, anchors),
    leftOutText(),
  ];
  return `${parts.join('\n\n')}\n`;
}

const INTRODUCTION = `<!-- Generated from the code by \`npm run docs\`: do not edit. -->

# Template helpers

Helpers are called as \`{{name argument …}}\`, or as \`(name argument …)\` where their result is an
argument of another. They have the names and the order of arguments of docker-gen's functions and,
where docker-gen takes them from there, of Sprig's and Go's own; [from-docker-gen.md](from-docker-gen.md)
says how a Go template becomes one of these. Nothing is escaped on its own: where a value goes into
a proxy's configuration, use the helper for that proxy.

The same context gives the same text: maps are visited in sorted order, and no helper knows the time
or rolls dice. An unknown name or a wrong number of arguments is found before anything is rendered;
a wrong argument is an error that names the helper, the template, the line and the argument. Each
example here runs as a test.

A text may be a number or a truth value too, and an absent value counts as empty text; a list, a
map or a number must be there. What is optional is in brackets, and … follows what may come any
number of times. Characters are counted, not bytes (but for \`len\`, as in Go), so that none is ever
cut in two.`;

function familyText({ title, note, helpers }: Family): string {
  const entries = helpers
    .filter((helper) => !isAlias(helper))
    .map((helper) => helperText(helper, aliasesOf(helper, helpers)));
  return [`## ${title}`, ...(note ? [note] : []), ...entries].join('\n\n');
}

function isAlias(helper: Helper): boolean {
  return helper.kind === 'inline' && helper.sameAs !== undefined;
}

function aliasesOf({ name }: Helper, helpers: readonly Helper[]): readonly string[] {
  return helpers
    .filter((other) => other.kind === 'inline' && other.sameAs === name)
    .map((other) => other.name);
}

function helperText(helper: Helper, aliases: readonly string[]): string {
  const { name, args, rest, description, example } = helper;
  const usage = [
    helper.kind === 'block' ? `#${name}` : name,
    ...args.map((arg) => (arg.optional ? `[${arg.name}]` : arg.name)),
    ...(rest ? [`[${rest.name} …]`] : []),
  ].join(' ');
  const also = aliases.map((alias) => `\`${alias}\``).join(', ');
  const given = [...args, ...(rest ? [rest] : [])].map(
    (arg) => `- \`${arg.name}\` (${arg.type}): ${arg.description}`,
  );
  return [
    `### ${name}`,
    `\`{{${usage}}}\`${also && ` · also ${also}`}`,
    description,
    ...(given.length > 0 ? [given.join('\n')] : []),
    exampleText(example),
  ].join('\n\n');
}

function exampleText({ template, context, result }: Example): string {
  const seen = context && Object.keys(context).length > 0 ? JSON.stringify(context) : undefined;
  const comment = seen === undefined ? '' : `{{!-- with ${seen} --}}\n`;
  const isSimple = /^\S(?:.*\S)?$/.test(result) && !result.includes('`');
  const shown = isSimple ? `gives \`${result}\`` : `gives\n\n${fenced('text', result)}`;
  return `${fenced('handlebars', comment + template)}\n\n${shown}`;
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.replace(/\n$/, '')}\n\`\`\``;
}

function dockerGenText(families: readonly Family[], anchors: ReadonlyMap<string, string>): string {
  return [
    '## docker-gen’s functions',
    'Those that docker-gen has besides Sprig’s, and the helpers that stand for them. All have the name and the order of arguments that they have there.',
    [
      '| docker-gen | tsgen | |',
      '|---|---|---|',
      ...dockerGenFunctions.map(
        ({ name, how }) =>
          `| \`${name}\` | [\`${name}\`](#${anchors.get(entryOf(name, families))}) | ${how} |`,
      ),
    ].join('\n'),
  ].join('\n\n');
}

/** The heading under which a helper is described: its own, or that of which it is another name. */
function entryOf(name: string, families: readonly Family[]): string {
  const helper = families
    .flatMap(({ helpers }) => helpers)
    .find((candidate) => candidate.name === name);
  if (!helper) throw new Error(`There is no helper ${name}, which docker-gen has`);
  return helper.kind === 'inline' ? (helper.sameAs ?? name) : name;
}

function leftOutText(): string {
  return [
    '## What is left out',
    'Every other function of Sprig’s text functions is a helper of the same name.',
    [
      '| functions | why |',
      '|---|---|',
      ...leftOut.map(
        ({ names, why }) => `| ${names.map((name) => `\`${name}\``).join(' ')} | ${why} |`,
      ),
    ].join('\n'),
  ].join('\n\n');
}

/** The anchors that GitHub gives the headings, in the page's order: alike ones get a number. */
function anchorsOf(families: readonly Family[]): ReadonlyMap<string, string> {
  const headings = families.flatMap(({ title, helpers }) => [
    title,
    ...helpers.filter((helper) => !isAlias(helper)).map(({ name }) => name),
  ]);
  const seen = new Map<string, number>();
  return new Map(
    headings.map((heading) => {
      const anchor = heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-');
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return [heading, before === 0 ? anchor : `${anchor}-${before}`];
    }),
  );
}
