import type { FlagWord, Words } from './words.ts';

/** For `source <(…)` and for a file `_tsgen` in a folder of `fpath`. */
export function zshCompletion({ flags, commands }: Words): string {
  return `#compdef tsgen
# tsgen completion for zsh. Load it with: source <(tsgen completion zsh)
_tsgen_operand() {
  local -a commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join('\n')}
  )
  _describe -t commands command commands
  _files
}
_tsgen() {
  local curcontext=$curcontext state line
  local -A opt_args
  _arguments -C -S \\
${specs(flags)} \\
    '1: :_tsgen_operand' \\
    '*:: :->rest'
  [[ $state == rest ]] || return
  case $line[1] in
${commands.map(commandCase).join('\n')}
    *) _files ;;
  esac
}
if [[ $funcstack[1] == _tsgen ]]; then
  _tsgen "$@"
else
  compdef _tsgen tsgen
fi
`;
}

function commandCase({ name, flags, choices }: Words['commands'][number]): string {
  const argument = choices.length > 0 ? ` \\\n    '1: :(${choices.join(' ')})'` : '';
  return `    ${name}) _arguments \\\n${specs(flags)}${argument} ;;`;
}

function specs(flags: readonly FlagWord[]): string {
  return flags.map((flag) => `    ${spec(flag)}`).join(' \\\n');
}

function spec({ long, description, argument, choices, files, repeat }: FlagWord): string {
  const text = description.replaceAll(/[[\]:\\]/g, '\\$&');
  const action = choices.length > 0 ? `(${choices.join(' ')})` : files ? '_files' : ' ';
  const takes = argument
    ? `=[${text}]:${argument.replaceAll(/[[\]:]/g, ' ').trim()}:${action}`
    : `[${text}]`;
  return quoted(`${repeat ? '*' : ''}${long}${takes}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
