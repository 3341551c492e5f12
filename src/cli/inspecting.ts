import { type Command, Option } from 'commander';
import { FLAGS, type Flag, type FlagName } from './flags.ts';
import type { Io } from './io.ts';
import type { RunInput } from './run-settings.ts';

export interface InspectingDeps {
  readonly io: Io;
  /** A row of the table as the parser has it. */
  readonly toOption: (flag: Flag) => Option;
  /** What the user said, and what the environment says in its place. */
  readonly inputOf: (command: Command, operands: readonly string[]) => RunInput;
  readonly ended: (exitCode: number) => void;
}

/** How to reach the engine, or do without it. */
const SOURCE: readonly FlagName[] = [
  'from',
  'proxy',
  'endpoint',
  'tlscert',
  'tlskey',
  'tlscacert',
  'tlsverify',
];

/** Whose words count. */
const WORDS: readonly FlagName[] = ['compat', 'allow-raw'];

/** What templates see of it. */
const CONTAINERS: readonly FlagName[] = [
  'only-exposed',
  'only-published',
  'include-stopped',
  'container-filter',
];

/** The commands that show things and change nothing; the code of each is loaded when it runs. */
export function addInspectingCommands(program: Command, deps: InspectingDeps): void {
  const { io, toOption, inputOf, ended } = deps;
  const withFlags = (command: Command, names?: readonly FlagName[]): Command => {
    for (const flag of FLAGS as readonly (Flag & { readonly name: FlagName })[]) {
      const isMeant = names ? names.includes(flag.name) : flag.name !== 'version';
      if (!isMeant) continue;
      command.addOption(toOption(flag));
      // docker-gen's `-watch=false`; the help shows the switch alone.
      if (!flag.argument) command.addOption(new Option(`--no-${flag.name}`).hideHelp());
    }
    return command;
  };

  const explain = withFlags(program.command('explain [container]'), [...SOURCE, ...WORDS])
    .description('say to which sites each container goes, or why not and what to do about it')
    .option('--json', 'as JSON')
    .action(async (container: string | undefined, { json = false }: { json?: boolean }) => {
      const command = await import('./commands/explain.ts');
      const operands = container === undefined ? [] : [container];
      ended(await command.explain(inputOf(explain, operands), { json }, io));
    });

  const inventory = withFlags(program.command('inventory'), [...SOURCE, ...CONTAINERS])
    .description("print what templates see as JSON, in docker-gen's form; --from reads it")
    .option(
      '--full',
      'all that a rendering depends on: also paused and stopping ones, and the engine',
    )
    .action(async ({ full = false }: { full?: boolean }) => {
      const command = await import('./commands/inventory.ts');
      ended(await command.inventory(inputOf(inventory, []), { full }, io));
    });

  const diff = withFlags(program.command('diff [template] [dest]'))
    .description(
      'show what a one-shot with the same flags would change: exit 0 nothing, 1 something',
    )
    .action(async (...operands: readonly unknown[]) => {
      const command = await import('./commands/diff.ts');
      ended(await command.diff(inputOf(diff, texts(operands)), io));
    });

  const lint = withFlags(program.command('lint [templates...]'))
    .description(
      'parse templates and render them without writing, from --from or made-up containers',
    )
    .action(async (operands: readonly string[]) => {
      const command = await import('./commands/lint.ts');
      ended(await command.lint(inputOf(lint, operands), io));
    });
}

/** The operands that were given; commander hands on its own objects after them. */
function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}
