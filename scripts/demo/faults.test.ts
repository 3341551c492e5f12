import { describe, expect, it } from 'vitest';
import { dockerErrorLines, portTakenLines } from './faults.ts';
import { DockerError } from './stack.ts';
import type { Line } from './text.ts';

function textOf(lines: readonly Line[]): string {
  return lines.map((line) => line.map(({ text }) => text).join('')).join('\n');
}

const stack = { log: async (services: readonly string[]) => services.map((name) => `${name} | x`) };
const silent = {
  log: async () => {
    throw new DockerError('docker compose logs failed', '');
  },
};

describe('portTakenLines', () => {
  it('names another port', () => {
    expect(textOf(portTakenLines({ port: 80 }))).toBe(`\
Port 80 is taken by something else on this machine.
Free it, or let the demo use another one:

    PORT=8080 make demo`);
    expect(textOf(portTakenLines({ port: 8080 }))).toContain('PORT=8081 make demo');
  });
});

describe('dockerErrorLines', () => {
  it('shows all output, what failed, and what the stack said', async () => {
    const error = new DockerError('docker compose build failed: exit code 1', 'one\n\u001b[2Jtwo');
    expect(textOf(await dockerErrorLines(error, stack, { port: 80 }))).toBe(`\
one
?[2Jtwo
docker compose build failed: exit code 1

The last lines of the log of tsgen:
tsgen | x`);
  });

  it('shows what nginx said where that is what failed', async () => {
    const error = new DockerError('failed', 'container tsgen-demo-proxy-1 exited (1)');
    expect(textOf(await dockerErrorLines(error, stack, { port: 80 }))).toMatch(
      /of tsgen and nginx:\ntsgen \| x\nproxy \| x$/,
    );
  });

  it('says what to do where the port turns out to be taken', async () => {
    for (const reason of ['port is already allocated', 'bind: address already in use']) {
      const error = new DockerError('docker compose up failed', `Error: ${reason}`);
      const text = textOf(await dockerErrorLines(error, silent, { port: 80 }));
      expect(text).toContain('PORT=8080 make demo');
      expect(text).not.toContain('log of');
    }
  });
});
