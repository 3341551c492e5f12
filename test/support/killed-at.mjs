/*
 * Preloaded into a process (`node --import`), it ends this with SIGKILL at a step of its own in the
 * file system: at the first that fits KILLED_AT, once the file KILLED_WHEN is there. A step is
 * `before` or `after`, what is done, as node:fs/promises calls it, and its first arguments.
 */
import fs, { existsSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { KILLED_AT = '', KILLED_WHEN = '' } = process.env;
const pattern = new RegExp(KILLED_AT);

function look(when, name, args) {
  const step = `${when} ${name} ${args.filter((arg) => typeof arg === 'string').join(' ')}`;
  if (pattern.test(step) && existsSync(KILLED_WHEN)) process.kill(process.pid, 'SIGKILL');
}

for (const name of ['open', 'rename', 'rm', 'mkdir']) {
  const real = promises[name];
  promises[name] = async (...args) => {
    look('before', name, args);
    const result = await real(...args);
    look('after', name, args);
    return result;
  };
  const realAtOnce = fs[`${name}Sync`];
  fs[`${name}Sync`] = (...args) => {
    look('before', name, args);
    const result = realAtOnce(...args);
    look('after', name, args);
    return result;
  };
}
// Those that were imported by name, too.
syncBuiltinESMExports();
