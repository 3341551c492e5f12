import { TsgenError } from '../base/errors.ts';
import type { Mistake } from './parse.ts';

/** What is wrong with a template, with the place of each mistake where that is known. */
export class TemplateError extends TsgenError {
  /** In the order in which a person reads them; empty when there is no place to name. */
  readonly mistakes: readonly Mistake[];

  constructor(
    message: string,
    mistakes: readonly Mistake[],
    options?: { readonly cause?: unknown },
  ) {
    super('template', message, options);
    this.mistakes = mistakes;
  }
}
