import type { FlagWord, Words } from './words.ts';

/** Works in bash 3.2 too; where it offers nothing, bash offers files. */
export function bashCompletion({ flags, commands }: Words): string {
  const all = [...flags, ...commands.flatMap((command) => command.flags)];
  const taking = [...new Set(all.filter(({ argument }) => argument).map(({ long }) => long))];
  const choosing = new Map(
    all.filter(({ choices }) => choices.length > 0).map((flag) => [flag.long, flag.choices]),
  );
  return `# tsgen completion for bash. Load it with: source <(tsgen completion bash)
_tsgen() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  # bash takes --flag=value apart at the equals sign.
  if [ "$cur" = "=" ]; then
    cur=
  elif [ "$prev" = "=" ]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  case $prev in
${[...choosing].map(([long, choices]) => `    ${long}) COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); return ;;`).join('\n')}
    ${taking.join('|')}) return ;;
  esac
  local index command= operands=0
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      ${taking.join('|')})
        [ "\${COMP_WORDS[index+1]}" = "=" ] && index=$((index + 1))
        index=$((index + 1)) ;;
      -*) ;;
      ${commands.map(({ name }) => name).join('|')})
        [ "$operands" = 0 ] && command=\${COMP_WORDS[index]}
        operands=$((operands + 1)) ;;
      *) operands=$((operands + 1)) ;;
    esac
  done
  local words
  case $command in
${commands.map(({ name, flags: own, choices }) => `    ${name}) words='${[...choices, ...longs(own)].join(' ')}' ;;`).join('\n')}
    *)
      words='${longs(flags).join(' ')}'
      if [ "$operands" = 0 ]; then words="$words ${commands.map(({ name }) => name).join(' ')}"; fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o bashdefault -o default -F _tsgen tsgen
`;
}

function longs(flags: readonly FlagWord[]): readonly string[] {
  return flags.map(({ long }) => long);
}
