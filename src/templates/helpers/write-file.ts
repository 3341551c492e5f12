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
      'Writes its block to a file of its own, and shows nothing here. One that the template does ' +
      'not write any more is removed. A file that tsgen did not write, or that somebody has ' +
      'changed since, is neither overwritten nor removed. A relative path stays within the ' +
      'folder of the destination, `..` and links included; so does an absolute one, unless it ' +
      'stands in the template as it is. A path that is worked out may be a container’s doing: no ' +
      'name in it may begin with a dot, and a file that cannot be written there is left out with ' +
      'a warning, where else it is an error.',
    example: {
      template:
        '{{#each hosts}}{{#writeFile (concat this ".conf")}}server {{this}};{{/writeFile}}' +
        'include {{this}}.conf;{{/each}}',
      context: { hosts: ['a.test', 'b.test'] },
      result: 'include a.test.conf;include b.test.conf;',
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
