import { text } from './args.ts';
import { type InlineHelper, inline } from './helper.ts';

/** What helpers may ask of the file system. */
export interface FileAccess {
  /** Whether a file or directory of this path exists; follows symbolic links, never throws. */
  readonly exists: (path: string) => boolean;
}

export function fileHelpers({ exists }: FileAccess): readonly InlineHelper[] {
  return [
    inline({
      name: 'exists',
      args: [text('path', 'a path on the machine that tsgen runs on')],
      description: 'Whether a file or directory exists.',
      example: { template: '{{exists "/etc/hosts"}}', result: 'true' },
      pure: false,
      fn: (path) => exists(path),
    }),
  ];
}
