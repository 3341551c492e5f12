import { writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { BuiltCli } from '../support/built-cli.ts';

/** What a shell offers for a command line that ends where the cursor is. */
type Offers = (script: string, line: string, folder: string) => Promise<string>;

const bash: Offers = async (script, line, cwd) => {
  // As readline takes the line apart: the equals sign is a word of its own.
  const words = line.split(/\s+|(=)/).filter((word) => word !== undefined);
  const { stdout } = await execa(
    'bash',
    [
      '--norc',
      '-c',
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tsgen; echo $(IFS=" "; declare -p COMPREPLY)',
      'bash',
      script,
      ...words,
    ],
    { cwd },
  );
  return stdout;
};

const fish: Offers = async (script, line, cwd) => {
  const { stdout } = await execa(
    'fish',
    ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line],
    { cwd, env: { HOME: cwd } },
  );
  return stdout.replaceAll(/\t.*/g, '');
};

describe.each<[string, Offers]>([
  ['bash', bash],
  ['fish', fish],
])('completion in %s', (shell, offers) => {
  async function scene() {
    const cli = await BuiltCli.create();
    const { stdout, exitCode } = await cli.run('completion', shell);
    expect(exitCode).toBe(0);
    const script = `${cli.folder}/script`;
    await writeFile(script, `${stdout}\n`);
    return (line: string) => offers(script, line, cli.folder);
  }

  it('offers the flags that begin so', async () => {
    const offer = await scene();
    const offered = await offer('tsgen --notify-');
    for (const name of ['container', 'filter', 'output', 'sighup', 'signal', 'timeout']) {
      expect(offered).toContain(`--notify-${name}`);
    }
    expect(offered).not.toContain('--only-exposed');
  });

  it('offers the values that a flag may have', async () => {
    const offered = await (await scene())('tsgen --log-level ');
    for (const level of ['debug', 'info', 'warn', 'error']) expect(offered).toContain(level);
  });

  it('offers commands first, and each command its own flags', async () => {
    const offer = await scene();
    const commands = await offer('tsgen ');
    for (const name of ['status', 'refresh', 'healthcheck', 'completion']) {
      expect(commands).toContain(name);
    }
    const flags = await offer('tsgen status --');
    expect(flags).toContain('--json');
    expect(flags).not.toContain('--tlscert');
    expect(await offer('tsgen completion ')).toContain('fish');
  });
});

describe('completion in zsh', () => {
  /** zsh completes in its line editor only, so this looks at what the script hands to it. */
  const LOAD = 'autoload -Uz compinit; compinit -u -D; source "$1"; print -r -- "$_comps[tsgen]"';
  const HANDS_OVER =
    '_arguments() { print -rl -- "$@"; [[ $1 == -C ]] && state=rest line=("$word"); return 0 }; _tsgen';

  it('loads, and offers the flags of each command', async () => {
    const cli = await BuiltCli.create();
    const script = `${cli.folder}/script`;
    await writeFile(script, `${(await cli.run('completion', 'zsh')).stdout}\n`);
    const zsh = async (word: string) => {
      const options = { cwd: cli.folder, env: { HOME: cli.folder, word } };
      const { stdout, stderr } = await execa(
        'zsh',
        ['-f', '-c', `${LOAD}; ${HANDS_OVER}`, 'zsh', script],
        options,
      );
      expect(stderr).toBe('');
      const [registered, ...specs] = stdout.split('\n');
      expect(registered).toBe('_tsgen');
      return specs;
    };
    const specs = await zsh('status');
    expect(specs).toContain('--log-level=[the lowest level to log]:LEVEL:(debug info warn error)');
    expect(specs).toContain('--json[as JSON]');
    expect(specs.some((spec) => spec.startsWith('*--notify-sighup=['))).toBe(true);
    expect(await zsh('completion')).toContain('1: :(bash zsh fish)');
  });
});

describe('completion', () => {
  it('refuses a shell that it does not know', async () => {
    const { exitCode, stderr } = await (await BuiltCli.create()).run('completion', 'tcsh');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bash, zsh, fish');
  });
});
