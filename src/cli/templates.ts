import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROXY_BY_TEMPLATE } from '../proxies/index.ts';

/** `templates/` of the package: beside `dist/` once built, two folders up from source. */
export function bundledTemplates(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 3; up += 1) {
    const candidate = join(folder, 'templates');
    if (existsSync(join(candidate, 'nginx.conf.hbs'))) return candidate;
    folder = dirname(folder);
  }
  throw new Error(`The bundled templates are missing beside ${fileURLToPath(import.meta.url)}`);
}

/** `a.hbs;b.hbs` names a set of files: the first is rendered, the others are partials. */
export function templateNames(template: string): readonly string[] {
  return template.split(';').filter((name) => name !== '');
}

/** The files that a template's name, or a set's, means: the first is the one that is rendered. */
export function templatePaths(template: string, cwd: string): readonly [string, ...string[]] {
  const [main = '', ...others] = templateNames(template);
  return [templatePath(main, cwd), ...others.map((name) => templatePath(name, cwd))];
}

/**
 * The file that a template's name means: that path; for the bare name of a bundled one, when there
 * is no such file in the working directory, the bundled one.
 */
function templatePath(name: string, cwd: string): string {
  const own = resolve(cwd, name);
  const isBundledName = basename(name) === name && PROXY_BY_TEMPLATE.has(name);
  return isBundledName && !existsSync(own) ? join(bundledTemplates(), name) : own;
}
