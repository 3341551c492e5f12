import { expect, it } from 'vitest';
import { TsgenError } from '../../base/errors.ts';
import { TemplateError } from '../../templates/template-error.ts';
import { faultText } from './fault-text.ts';

const MESSAGE = 'Template a.hbs has a mistake:\n  a.hbs:1:1: odd\n    \t{{x\u001b[2J\n     ^';

it("keeps the lines of a template's mistakes, with what could drive the terminal as escapes", () => {
  expect(faultText(new TemplateError(MESSAGE, []))).toBe(
    'Template a.hbs has a mistake:\n  a.hbs:1:1: odd\n     {{x\\u{1b}[2J\n     ^',
  );
});

it('shows all else on one line, values that a rendering fell over too', () => {
  const cause = new Error('deep');
  for (const error of [
    new TemplateError('Could not render: a\nb', [], { cause }),
    new TsgenError('config', 'Could not render: a\n b'),
  ]) {
    expect(faultText(error)).toBe('Could not render: a; b');
  }
  expect(faultText(new Error('There are:\n  one\n  two'))).toBe('There are: one; two');
});
