import { messageOf } from '../../base/errors.ts';
import { visible } from '../../base/visible.ts';
import { TemplateError } from '../../templates/template-error.ts';

/**
 * What went wrong, for a terminal: the mistakes of a template line by line, all else on one line.
 * What was rendered in vain may hold values of containers, which must not begin a line.
 */
export function faultText(error: unknown): string {
  const isOfText = error instanceof TemplateError && error.cause === undefined;
  if (!isOfText) return visible(messageOf(error));
  // The mark below an excerpt counts a tab as one column.
  const lines = error.message.split('\n');
  return lines.map((line) => visible(line.replaceAll('\t', ' '))).join('\n');
}
