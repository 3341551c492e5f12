import { type Command, Option } from 'commander';
import { FLAGS, type Flag, type FlagName } from './flags.ts';
import type { Io } from './io.ts';

export interface DeployCommandDeps {
  readonly io: Io;
  /** A row of the table as the parser has it. */
  readonly toOption: (flag: Flag) => Option;
  readonly ended: (exitCode: number) => void;
}

/** The flags of `tsgen deploy-hook`, as the user wrote them. */
export interface DeployFlags {
  readonly listen: string;
  readonly repository?: readonly string[];
  readonly callbackHost?: readonly string[];
  readonly secretFile?: string;
  readonly state: string;
  readonly dest?: string;
  readonly parallel: string;
  readonly healthyTimeout: string;
  readonly drainTimeout: string;
  readonly pullTimeout: string;
  readonly endpoint?: string;
  readonly tlscert?: string;
  readonly tlskey?: string;
  readonly tlscacert?: string;
  readonly tlsverify?: boolean;
  readonly logLevel?: string;
  readonly logFormat?: string;
}

/** Those of the one table that mean the same here. */
const SHARED: readonly FlagName[] = [
  'endpoint',
  'tlscert',
  'tlskey',
  'tlscacert',
  'tlsverify',
  'log-level',
  'log-format',
];

/** `tsgen deploy-hook`; its code is loaded when it runs. */
export function addDeployCommand(program: Command, deps: DeployCommandDeps): void {
  const { io, toOption, ended } = deps;
  const command = program
    .command('deploy-hook')
    .description(
      'take web hooks of a registry and roll what was pushed out to the containers that run it',
    )
    .option('--listen <[HOST:]PORT>', 'where to take web hooks; put TLS before it', '9000')
    .addOption(repeated('--repository <name>', 'a repository whose pushes count, such as team/web'))
    .option(
      '--secret-file <file>',
      'holds the secret that ends the path of the web hook (default: $TSGEN_DEPLOY_SECRET)',
    )
    .addOption(
      repeated('--callback-host <host>', 'a host whose callback_url may be called, over TLS'),
    )
    .option('--state <folder>', 'where it remembers what it does', '/var/lib/tsgen')
    .option('--dest <file>', 'the destination of the watch that configures the proxy')
    .option('--parallel <number>', 'how many replicas are replaced at a time', '1')
    .option(
      '--healthy-timeout <seconds>',
      'how long a new replica may take to become healthy and get requests',
      '120',
    )
    .option('--drain-timeout <seconds>', "how long an old one's open requests may take", '60')
    .option('--pull-timeout <seconds>', 'how long a pull may take', '600');
  for (const flag of FLAGS as readonly (Flag & { readonly name: FlagName })[]) {
    if (SHARED.includes(flag.name)) command.addOption(toOption(flag));
  }
  command.action(async (flags: DeployFlags) => {
    const { deployHook } = await import('./commands/deploy-hook.ts');
    ended(await deployHook(flags, io));
  });
}

function repeated(syntax: string, description: string): Option {
  return new Option(syntax, `${description} (repeatable)`).argParser(
    (value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value],
  );
}
