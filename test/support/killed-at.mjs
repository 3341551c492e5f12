/*
 * Preloaded into a process (`node --import`), it ends this with SIGKILL at a step of its own in the
 * file system: at the first that fits KILLED_AT, once the file KILLED_WHEN is there. A step is
 * `before` or `after`, a function of node:fs/promises, and its first arguments.
 */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';

const { KILLED_AT = '', KILLED_WHEN = '' } = process.env;
const pattern = new RegExp(KILLED_AT);

function look(step) {
  if (pattern.test(step) && existsSync(KILLED_WHEN)) process.kill(process.pid, 'SIGKILL');
}

for (const name of ['open', 'rename', 'rm', 'mkdir']) {
  const real = fs[name];
  fs[name] = async (...args) => {
    const step = `${name} ${args.filter((arg) => typeof arg === 'string').join(' ')}`;
    look(`before ${step}`);
    const result = await real(...args);
    look(`after ${step}`);
    return result;
  };
}
