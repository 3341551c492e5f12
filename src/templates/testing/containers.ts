import { bare } from './render.ts';

/** Three containers that differ in what templates look at. */
export const web = {
  Name: 'web',
  Env: bare({ HOST: 'b.test,a.test', PORT: '80', EMPTY: '' }),
  Labels: bare({ 'com.test.role': 'Web', env: 'prod' }),
  State: { Running: true },
};
export const db = {
  Name: 'db',
  Env: bare({ HOST: 'a.test' }),
  Labels: bare({ 'com.test.role': 'db', env: '' }),
  State: { Running: false },
};
export const idle = { Name: 'idle', Env: bare({}), Labels: bare({}), State: { Running: true } };
export const all = [web, db, idle];
