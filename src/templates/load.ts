import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import type { TemplateFile, TemplateSource } from './engine.ts';
import { refuseGoTemplate } from './go-template.ts';
import { byCodeUnits } from './values.ts';

/** Tells of each file and folder before it is read; of a partial with its name. */
export type NoteFile = (path: string, partial?: string) => void;

export interface LoadOptions {
  /** Paths of the other files of the set; see `TemplateSource`. */
  readonly others?: readonly string[];
  /** Every `*.hbs` in them, at any depth, is a partial. Of two of one name the first counts. */
  readonly partialDirs: readonly string[];
  readonly note?: NoteFile;
}

/**
 * Reads a template and the partials in the given directories. A partial is named after its path in
 * its directory without `.hbs`, with `/` between folders; hidden files and folders are none.
 * Throws a TsgenError of kind `template` for what cannot be read, and for templates of Go's.
 */
export async function loadTemplate(
  path: string,
  { others = [], partialDirs, note = () => undefined }: LoadOptions,
): Promise<TemplateSource> {
  const loadFile = (name: string): TemplateFile => {
    const text = readText('template', name, note);
    refuseGoTemplate(name, text);
    return { name, text };
  };
  const main = loadFile(path);
  const set = others.map(loadFile);
  const found = await Promise.all(partialDirs.map((dir) => loadPartials(dir, note)));
  // Later entries win in a Map, earlier directories should.
  return { ...main, others: set, partials: new Map(found.reverse().flat()) };
}

async function loadPartials(
  dir: string,
  note: NoteFile,
): Promise<readonly (readonly [string, string])[]> {
  return (await listTemplates(dir, note)).toSorted(byCodeUnits).map((path) => {
    const name = relative(dir, path).slice(0, -'.hbs'.length).replaceAll(sep, '/');
    return [name, readText('partial', path, (file) => note(file, name))] as const;
  });
}

/** The paths of the `*.hbs` in a directory, at any depth. */
async function listTemplates(dir: string, note: NoteFile): Promise<readonly string[]> {
  note(dir);
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause) => {
    throw unreadable('partials in', dir, cause);
  });
  const found = entries
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return listTemplates(path, note);
      return entry.name.endsWith('.hbs') ? [path] : [];
    });
  return (await Promise.all(found)).flat();
}

/** Refuses bytes that are not UTF-8, and takes a byte order mark away. */
const DECODER = new TextDecoder('utf-8', { fatal: true });

/** At once: to have another thread read one of dozens of small files takes several times as long. */
function readText(what: string, path: string, note: NoteFile): string {
  note(path);
  try {
    return DECODER.decode(readFileSync(path));
  } catch (cause) {
    throw unreadable(what, path, cause);
  }
}

function unreadable(what: string, path: string, cause: unknown): TsgenError {
  const message = `Could not read ${what} ${path}: ${reasonOf(cause)}`;
  return new TsgenError('template', message, { cause });
}

function reasonOf(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ENOENT':
      return 'it does not exist; check the path, which is relative to the working directory unless it begins with /';
    case 'EISDIR':
      return 'it is a directory; name a file in it';
    case 'ENOTDIR':
      return 'a part of its path is a file; name a directory';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied; make it readable for the user that tsgen runs as';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'it is not UTF-8; save it in that encoding';
    default:
      return messageOf(cause);
  }
}
