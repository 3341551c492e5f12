import type { Command } from 'commander';
import { FLAGS, type Flag } from '../flags.ts';

/** What can be written on the command line, for completion scripts. */
export interface Words {
  readonly flags: readonly FlagWord[];
  readonly commands: readonly {
    readonly name: string;
    readonly description: string;
    readonly flags: readonly FlagWord[];
    /** What its argument may be, where there is a choice. */
    readonly choices: readonly string[];
  }[];
}

export interface FlagWord {
  /** With dashes. */
  readonly long: string;
  readonly description: string;
  /** Absent for a switch. */
  readonly argument?: string;
  readonly choices: readonly string[];
  readonly files: boolean;
  readonly repeat: boolean;
}

const HELP: FlagWord = {
  long: '--help',
  description: 'print the help',
  choices: [],
  files: false,
  repeat: false,
};

/** Flags from their table, commands and their options from the parser. */
export function wordsOf(program: Command): Words {
  return {
    flags: [...(FLAGS as readonly Flag[]).map(toWord), HELP],
    commands: program.commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      flags: [
        ...command.options.flatMap(({ long, description, required, argChoices, hidden }) =>
          long && !hidden
            ? [
                {
                  long,
                  description: brief(description),
                  choices: argChoices ?? [],
                  files: required && !argChoices,
                  repeat: false,
                  ...(required ? { argument: 'value' } : {}),
                },
              ]
            : [],
        ),
        HELP,
      ],
      choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    })),
  };
}

function toWord({ name, argument, choices, completes, repeat, description }: Flag): FlagWord {
  return {
    long: `--${name}`,
    description: brief(description),
    choices: choices ?? [],
    files: completes !== undefined,
    repeat: repeat === true,
    ...(argument ? { argument } : {}),
  };
}

/** There is little room beside a completion. */
function brief(description: string): string {
  return description.split(/[:;(]\s|\s\(/)[0] ?? description;
}
