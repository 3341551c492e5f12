import type { NotePath } from '../input-files.ts';
import { byCodeUnits } from '../values.ts';
import { text } from './args.ts';
import { type InlineHelper, inline } from './helper.ts';

/**
 * What helpers may ask of the file system. None of it throws: a template must not fail because a
 * file is not there yet.
 */
export interface FileAccess {
  /** Whether a file or directory of this path exists; follows symbolic links. */
  readonly exists: (path: string) => boolean;
  /** The file as UTF-8 text; `undefined` where it cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** The names in a directory, in any order; `undefined` where it cannot be read. */
  readonly list: (path: string) => readonly string[] | undefined;
}

/** The same, which tells of each path that a template looks at. */
export function notingFiles(files: FileAccess, note: NotePath): FileAccess {
  const noted =
    <T>(look: (path: string) => T) =>
    (path: string): T => {
      note(path);
      return look(path);
    };
  return { exists: noted(files.exists), read: noted(files.read), list: noted(files.list) };
}

export function fileHelpers({ exists, read, list }: FileAccess): readonly InlineHelper[] {
  return [
    inline({
      name: 'exists',
      args: [text('path', 'a path on the machine that tsgen runs on')],
      description: 'Whether a file or directory exists.',
      example: { template: '{{exists "/etc/hosts"}}', result: 'true' },
      pure: false,
      fn: (path) => exists(path),
    }),
    inline({
      name: 'include',
      args: [text('path', 'a file on the machine that tsgen runs on')],
      description: 'The text of a file, as it is; empty if it cannot be read.',
      example: { template: '{{include "/etc/hosts"}}', result: '127.0.0.1 localhost\n' },
      pure: false,
      fn: (path) => read(path) ?? '',
    }),
    inline({
      name: 'includeKept',
      args: [
        text('path', 'a file on the machine that tsgen runs on'),
        text('digest', 'what changes whenever the content of the file does'),
      ],
      description:
        'As `include`, for a memo block: the text is kept for as long as the digest is the same, ' +
        'as that of a `hook` is.',
      example: { template: '{{includeKept "/etc/hosts" "5a1f"}}', result: '127.0.0.1 localhost\n' },
      fn: (path) => read(path) ?? '',
    }),
    inline({
      name: 'dir',
      args: [text('path', 'a directory on the machine that tsgen runs on')],
      description: 'The names in a directory, sorted; an empty list if it cannot be read.',
      example: { template: '{{join " " (dir "/etc/certs")}}', result: 'a.crt a.key' },
      pure: false,
      fn: (path) => (list(path) ?? []).toSorted(byCodeUnits),
    }),
  ];
}
