import { Argument, Command, CommanderError, Option } from 'commander';
import { normalizeArgv } from './argv.ts';
import { useCompileCache } from './compile-cache.ts';
import { SHELLS } from './completion/shells.ts';
import { addDeployCommand } from './deploy-command.ts';
import { EXIT_CODE_LIST, EXIT_CODES } from './exit-codes.ts';
import { describeFlag, flagSyntax } from './flag-facts.ts';
import { environmentFlags } from './flag-values.ts';
import { FLAGS, type Flag, type FlagValues } from './flags.ts';
import { addInspectingCommands } from './inspecting.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

const DESCRIPTION = `Keeps a reverse proxy's configuration true to the containers that run: listens to the Docker
Engine, renders a template, has the proxy check the result, swaps it in and reloads the proxy.`;

const EXAMPLES = `
Examples:
  tsgen --template nginx.conf.hbs
      beside nginx: watch, check with nginx -t, write /etc/nginx/conf.d/default.conf, reload
  tsgen --template nginx.conf.hbs --proxy web-proxy-1
      the same for an nginx in a container that shares the configuration's volume
  tsgen --template nginx.conf.hbs --exec "nginx -g 'daemon off;'"
      render, then run nginx for as long as tsgen runs, as the image does
  tsgen --template my.hbs --dest /etc/my.conf --notify "systemctl reload my"
  tsgen my.hbs
      render once to standard output
  tsgen -watch -only-exposed -notify-sighup=nginx my.hbs /etc/my.conf
      docker-gen's form and spelling: watch, write, send HUP to the container nginx

Exit codes:
${EXIT_CODE_LIST.map(({ code, meaning }) => `  ${code} ${meaning}`).join('\n')}`;

const CONTROL_DEST = [
  '--dest <file>',
  'the destination of the watch (found by itself when there is just one)',
] as const;

/**
 * Reads the command line and runs the command; each command's code is loaded only when it runs.
 *
 * @returns the exit code.
 * @throws whatever the command throws, for `main.ts` to report.
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(normalizeArgv(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has said what is wrong, or printed the help or the version.
    return error.exitCode === 0 ? 0 : EXIT_CODES.usage.code;
  }
  return exitCode;
}

/** All commands; what one ends with is handed to `ended`. */
function createProgram(io: Io, ended: (exitCode: number) => void): Command {
  const program = new Command('tsgen')
    .description(DESCRIPTION)
    .usage('[options] [template] [dest]')
    .argument('[template]', 'a template to render once (or, with --watch, at every change)')
    .argument('[dest]', 'where to write it; standard output when absent')
    .allowExcessArguments(false)
    .enablePositionalOptions()
    .version(VERSION, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    // What `run` does about it depends on what it has to run.
    .hook('preAction', (_, { parent }) => (parent ? useCompileCache() : undefined))
    .configureHelp({ helpWidth: 100, optionDescription: ({ description }) => description })
    .action(async (template: string | undefined, dest: string | undefined) => {
      const { run } = await import('./commands/run.ts');
      const operands = [template, dest].filter((operand) => operand !== undefined);
      const fromEnv = environmentFlags(io.env);
      ended(await run({ flags: givenFlags(program), fromEnv, operands, cwd: io.cwd }, io));
    });
  for (const flag of FLAGS as readonly Flag[]) {
    if (flag.name === 'version') continue;
    program.addOption(toOption(flag));
    // docker-gen's `-watch=false`; the help shows the switch alone.
    if (!flag.argument) program.addOption(new Option(`--no-${flag.name}`).hideHelp());
  }

  program
    .command('status')
    .description('show what a running watch does')
    .option(...CONTROL_DEST)
    .option('--json', 'as JSON')
    .action(async (options: { dest?: string; json?: boolean }) => {
      const { status } = await import('./commands/status.ts');
      ended(await status(options, io));
    });
  program
    .command('refresh')
    .description('have a running watch render and apply now')
    .option(...CONTROL_DEST)
    .action(async (options: { dest?: string }) => {
      const { refresh } = await import('./commands/refresh.ts');
      ended(await refresh(options, io));
    });
  program
    .command('healthcheck')
    .description("exit 0 when the watch's configuration is live and it follows the engine, else 1")
    .option(...CONTROL_DEST)
    .action(async (options: { dest?: string }) => {
      const { healthcheck } = await import('./commands/healthcheck.ts');
      ended(await healthcheck(options, io));
    });
  program
    .command('drain <container>')
    .description(
      'take a container out before it is stopped; returns when the proxy is done with it',
    )
    .option(...CONTROL_DEST)
    .option('--stop', 'then stop it, as docker stop does')
    .option('--timeout <seconds>', 'how long to wait for its open requests (default: 60)')
    .action(
      async (container: string, options: { dest?: string; stop?: boolean; timeout?: string }) => {
        const { drain } = await import('./commands/drain.ts');
        ended(await drain(container, options, io));
      },
    );
  program
    .command('undrain <container>')
    .description('give a container that was drained its requests back')
    .option(...CONTROL_DEST)
    .action(async (container: string, options: { dest?: string }) => {
      const { undrain } = await import('./commands/drain.ts');
      ended(await undrain(container, options, io));
    });
  program
    .command('history [number]')
    .description('list what went live and when, or show one set and what it changed')
    .option(...CONTROL_DEST)
    .option('--diff', 'show the newest set and what it changed')
    .option('--json', 'as JSON')
    .action(
      async (
        number: string | undefined,
        options: { dest?: string; diff?: boolean; json?: boolean },
      ) => {
        const { history } = await import('./commands/history.ts');
        ended(await history(number, options, io));
      },
    );
  program
    .command('rollback [number]')
    .description('bring an earlier set back and hold it (default: the one before the live one)')
    .option(...CONTROL_DEST)
    .action(async (number: string | undefined, options: { dest?: string }) => {
      const { rollback } = await import('./commands/rollback.ts');
      ended(await rollback(number, options, io));
    });
  program
    .command('resume')
    .description('apply again what the containers ask for, in the place of a set that is held')
    .option(...CONTROL_DEST)
    .action(async (options: { dest?: string }) => {
      const { resume } = await import('./commands/rollback.ts');
      ended(await resume(options, io));
    });
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(async (shell: string) => {
      const { completion } = await import('./commands/completion.ts');
      ended(completion(shell, program, io));
    });
  addDeployCommand(program, { io, toOption, ended });
  addInspectingCommands(program, {
    io,
    toOption,
    inputOf: (command, operands) => ({
      flags: givenFlags(command),
      fromEnv: environmentFlags(io.env),
      operands,
      cwd: io.cwd,
    }),
    ended,
  });

  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
    });
  }
  return program;
}

function toOption(flag: Flag): Option {
  const option = new Option(flagSyntax(flag), describeFlag(flag)).helpGroup(`${flag.group}:`);
  if (flag.choices) option.choices(flag.choices);
  if (flag.repeat) {
    option.argParser((value: string, previous: readonly string[] | undefined) => [
      ...(previous ?? []),
      value,
    ]);
  }
  return option;
}

function givenFlags(program: Command): FlagValues {
  const given = program.opts<Record<string, unknown>>();
  return Object.fromEntries(
    FLAGS.map(({ name }) => [name, given[new Option(`--${name}`).attributeName()]]),
  );
}
