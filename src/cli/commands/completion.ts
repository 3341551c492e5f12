import type { Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import type { Shell } from '../completion/shells.ts';
import { wordsOf } from '../completion/words.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { Io } from '../io.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** Prints a completion script made from the flags and commands that there are. */
export function completion(shell: string, program: Command, io: Io): number {
  io.out.write(SCRIPTS[shell as Shell](wordsOf(program)));
  return 0;
}
