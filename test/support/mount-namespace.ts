import { once } from 'node:events';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

/**
 * A part of the system with mounts of its own, which nobody else sees and which go with the test.
 * Where the test does not run as root, root inside it is the user that runs the test.
 */
export async function aMountNamespace() {
  const isRoot = process.getuid?.() === 0;
  const own = isRoot ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const holder = execa('unshare', [...own, 'sh', '-c', 'echo made; exec cat'], {
    stdin: 'pipe',
    reject: false,
  });
  onTestFinished(async () => {
    holder.kill('SIGKILL');
    await holder;
  });
  await once(holder.stdout, 'data');
  const { pid } = holder;
  const entering = isRoot ? ['--mount'] : ['--user', '--preserve-credentials', '--mount'];
  const command = ['nsenter', `--target=${pid}`, ...entering, '--'] as const;
  return {
    /** Before a command that is to run inside. */
    command,
    /** Runs a shell line inside. */
    run: async (line: string) => {
      const [program, ...args] = command;
      await execa(program, [...args, 'sh', '-c', line]);
    },
    /** What a path inside is outside. */
    view: (path: string) => `/proc/${pid}/root${path}`,
  };
}
