import type Handlebars from 'handlebars';
import runtime from 'handlebars/runtime.js';

/** The part of Handlebars that runs templates, without the greater one that parses and compiles them. */
export const HandlebarsRuntime = runtime as unknown as Pick<
  typeof Handlebars,
  'create' | 'createFrame'
>;
