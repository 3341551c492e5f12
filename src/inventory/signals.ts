/** Linux's numbers: the engine's containers are Linux's, whatever tsgen runs on. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
    .split(' ')
    .map((name, index) => [name, index + 1] as const),
  ['IOT', 6],
  ['CLD', 17],
  ['POLL', 29],
]);
const RTMIN = 34;
const RTMAX = 64;

export const SIGTERM = 15;
export const SIGKILL = 9;
/** With these people end programs, whatever a container's own stop signal is. */
const STOPPING = new Set([2, 3, SIGKILL, SIGTERM]);

/** `15`, `TERM`, `SIGTERM`, `sigterm`, `RTMIN+3` → the number; `undefined` for anything else. */
export function signalNumber(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const name = text.toUpperCase().replace(/^SIG/, '');
  const [, from, sign, offset] = name.match(/^(RTMIN|RTMAX)(?:([+-])(\d{1,2}))?$/) ?? [];
  if (from) return (from === 'RTMIN' ? RTMIN : RTMAX) + Number(`${sign ?? ''}${offset ?? 0}`);
  return NUMBERS.get(name);
}

/** The signal that `docker stop` sends to a container. */
export function stopSignalOf(configured: string | undefined): number {
  return signalNumber(configured ?? '') ?? SIGTERM;
}

/** Whether a container that got this signal is to be taken for stopping. */
export function isStopping(signal: number, stopSignal: number): boolean {
  return signal === stopSignal || STOPPING.has(signal);
}
