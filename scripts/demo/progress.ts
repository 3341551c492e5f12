import { plain } from './text.ts';

/**
 * What a line of `docker compose --progress plain` says in a few words: the step that a build is
 * at (`[tsgen build 4/6] RUN npm ci`), what happens to a container (`Container x Started`).
 * Nothing for lines that are not news.
 */
export function progressOf(line: string): string | undefined {
  const text = plain(line).trim();
  const step = /^#\d+ (\[.+)$/.exec(text);
  if (step?.[1] !== undefined) return step[1].replaceAll(/\s+/g, ' ');
  const change = /^(Container|Network|Volume) +(\S+) +(\w+)$/.exec(text);
  return change ? `${change[1]} ${change[2]} ${change[3]?.toLowerCase()}` : undefined;
}
