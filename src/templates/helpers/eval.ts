import { any, optional, text } from './args.ts';
import { type InlineHelper, inline } from './helper.ts';

/** @param render gives the text of a partial; a rendering knows its own partials. */
export function evalHelper(render: (name: string, data: unknown) => string): InlineHelper {
  return inline({
    name: 'eval',
    args: [
      text('name', 'a partial, also one that is defined inline'),
      optional(any('data', 'its context; nothing if left out')),
    ],
    description:
      'The text of a partial, as a value that other helpers can work on. Where it is only to be ' +
      'shown, `{{> name data}}` does the same.',
    example: {
      template:
        '{{#*inline "greet"}}hello {{who}}{{/inline}}{{upper (eval "greet" (dict "who" "you"))}}',
      result: 'HELLO YOU',
    },
    pure: false,
    fn: (name, data) => render(name, data),
  });
}
