/**
 * Runs a dockerd inside the namespaces that `own-engine.ts` made, as their first process but one:
 *
 *     own-engine-warden.ts FOLDER CGROUP
 *
 * Lines on standard input: `start` starts dockerd, any other is a signal for it. Lines on standard
 * output: `up PID` and `down CODE`. A connection to FOLDER/relay.sock says `HOST PORT` and a line
 * break and is then one to that port as seen from inside. The end of standard input is the end of
 * all: the process namespace dies with this.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [folder = '', controlGroup = ''] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);
let daemon: ChildProcess | undefined;

function start(): void {
  // One that was killed left them behind; whose ids they hold does not matter in here.
  rmSync(join(folder, 'docker.pid'), { force: true });
  rmSync(join(folder, 'exec/containerd/containerd.pid'), { force: true });
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  const child = spawn(
    'dockerd',
    [
      ['--config-file', join(folder, 'daemon.json')],
      ['--data-root', join(folder, 'data')],
      ['--exec-root', join(folder, 'exec')],
      ['--pidfile', join(folder, 'docker.pid')],
      ['--host', `unix://${join(folder, 'docker.sock')}`],
      ['--exec-opt', 'native.cgroupdriver=cgroupfs'],
      ['--cgroup-parent', controlGroup],
    ].flat(),
    { stdio: ['ignore', log, log] },
  );
  daemon = child;
  child.once('error', (error) => say(`down ${error.message}`));
  child.once('spawn', () => say(`up ${child.pid}`));
  child.once('exit', (code, signal) => say(`down ${code ?? signal}`));
}

function relay(client: Socket): void {
  client.on('error', () => client.destroy());
  client.once('readable', () => {
    const data = (client.read() ?? Buffer.alloc(0)) as Buffer;
    const end = data.indexOf('\n');
    const [host = '', port = ''] = data.subarray(0, Math.max(0, end)).toString().split(' ');
    if (end < 0 || port === '') {
      client.destroy();
      return;
    }
    client.unshift(data.subarray(end + 1));
    const server = connect(Number(port), host);
    server.once('error', () => client.destroy());
    client.once('close', () => server.destroy());
    client.pipe(server).pipe(client);
  });
}

createServer({ allowHalfOpen: true }, relay).listen(join(folder, 'relay.sock'), () => say('ready'));
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'start') start();
    else daemon?.kill(line as NodeJS.Signals);
  })
  .on('close', () => process.exit(0));
