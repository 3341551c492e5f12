import { describe, expect, it } from 'vitest';
import { commandTitle } from './command-title.ts';

describe('what a command is called', () => {
  it.each([
    ['nginx -s reload', 'nginx -s reload'],
    ['# reload HAProxy\nkill -USR2 1', 'reload HAProxy'],
    ['#no blank\nx', '#no blank\nx'],
    ['# alone', '# alone'],
    ['', ''],
  ])('of %j is %s', (command, title) => expect(commandTitle(command)).toBe(title));
});
