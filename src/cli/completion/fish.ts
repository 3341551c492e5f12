import type { FlagWord, Words } from './words.ts';

/** For `source` and for a file in `~/.config/fish/completions`. */
export function fishCompletion({ flags, commands }: Words): string {
  const names = commands.map(({ name }) => name).join(' ');
  const outside = `not __fish_seen_subcommand_from ${names}`;
  return [
    '# tsgen completion for fish. Load it with: tsgen completion fish | source',
    ...flags.map((flag) => line(outside, option(flag), flag.description)),
    ...commands.flatMap(({ name, description, flags: own, choices }) => {
      const inside = `__fish_seen_subcommand_from ${name}`;
      return [
        line('__fish_use_subcommand', `-a ${name}`, description),
        ...own.map((flag) => line(inside, option(flag), flag.description)),
        ...(choices.length > 0
          ? [`complete -c tsgen -n '${inside}' -f -a '${choices.join(' ')}'`]
          : []),
      ];
    }),
    '',
  ].join('\n');
}

function line(condition: string, what: string, description: string): string {
  const text = description.replaceAll(/[\\']/g, '\\$&');
  return `complete -c tsgen -n '${condition}' ${what} -d '${text}'`;
}

function option({ long, argument, choices, files }: FlagWord): string {
  const name = `-l ${long.slice(2)}`;
  if (!argument) return name;
  if (choices.length > 0) return `${name} -x -a '${choices.join(' ')}'`;
  return files ? `${name} -r -F` : `${name} -x`;
}
