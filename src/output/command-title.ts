/** What a shell line is called in messages: itself, but a script that begins with a comment by that. */
export function commandTitle(command: string): string {
  return /^# (.+)\n/.exec(command)?.[1] ?? command;
}
