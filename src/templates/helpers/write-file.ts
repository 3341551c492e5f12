import { text } from './args.ts';
import type { BlockHelper } from './helper.ts';

/** @param write takes the path as the template says it, and the text of the block. */
export function writeFileHelper(write: (path: string, text: string) => void): BlockHelper {
  return {
    kind: 'block',
    name: 'writeFile',
    args: [
      text('path', 'the file: in the destination’s folder, or absolute; its folder must be there'),
    ],
    description:
      'Writes its block to a file of its own, and shows nothing here. A file that the template ' +
      'does not write any more is removed, but never one that tsgen did not write or that somebody ' +
      'has changed since. A relative path stays within the folder of the destination, through ' +
      '`..` and links too. So does an absolute one, unless it stands in the template as it is. ' +
      'What is worked out, such as from a container’s value, may hold no name that begins with a ' +
      'dot; a file that cannot be is then left out, with a warning, and else it is an error.',
    example: {
      template:
        '{{#each users as |password name|}}{{#writeFile (concat name ".pass")}}{{password}}' +
        '{{/writeFile}}{{name}} {{/each}}',
      context: { users: { ann: 'x', bob: 'y' } },
      result: 'ann bob ',
    },
    names: 0,
    changesContext: false,
    opensFrame: false,
    fn: ([path], block) => {
      write(path as string, block.body(block.context));
      return '';
    },
  };
}
