import { helperTable } from '../helpers/table.ts';
import { testFiles } from './files.ts';

const table = new Map(helperTable(testFiles).map((entry) => [entry.name, entry]));

/** Calls an inline helper as a template does, without the template. */
export function callHelper(name: string, ...values: readonly unknown[]): unknown {
  const helper = table.get(name);
  if (helper?.kind !== 'inline') throw new Error(`no inline helper ${name}`);
  return helper.fn(...values);
}
