import { shellQuote } from '../base/shell-quote.ts';
import type { CommandResult, CommandRunner } from './runner.ts';

/** How the proxy is asked which configuration it runs. */
export interface Confirmation {
  /**
   * A shell script that prints the revision that runs. Exit code 126 means that there is nothing to
   * ask with, any other but 0 that nobody answered.
   */
  readonly command: string;
  /** The same, where the revision says who the members are (`saysMembers`); absent: nobody can tell. */
  readonly membersCommand?: string;
  /** What `membersCommand` finds in its environment, and nobody on its command line. */
  readonly membersEnv?: Readonly<Record<string, string>>;
  /** Runs where the proxy is. */
  readonly runner: CommandRunner;
  /** How long it may take until a revision runs. */
  readonly timeoutMs: number;
  /** The proxy, where it is a child process. */
  readonly child?: WatchedChild;
  /** Calls back when the proxy has ended by itself, until the signal aborts; absent: nobody knows. */
  readonly onEnd?: (listener: () => void, signal: AbortSignal) => void;
}

/** Whether a revision is a generation and the digest of members, as `Rendering` has it. */
export function saysMembers(revision: string): boolean {
  return revision.includes(' ');
}

/** `undefined`: a proxy cannot be asked for such a revision. */
export function questionOf(confirmation: Confirmation, revision: string): string | undefined {
  return saysMembers(revision) ? confirmation.membersCommand : confirmation.command;
}

export interface WatchedChild {
  readonly isRunning: () => boolean;
  /** Calls back when it has ended by itself, until the signal aborts. */
  readonly onEnd: (listener: (how: string) => void, signal: AbortSignal) => void;
}

export type Confirmed =
  | { readonly kind: 'confirmed' }
  /** It runs something else, or does not answer. */
  | {
      readonly kind: 'unconfirmed';
      readonly reason: string;
      /** It has ended meanwhile. */
      readonly ended?: true;
    }
  /** It does not run: it reads its files when it starts. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** Nobody can ask it. */
  | { readonly kind: 'unanswerable'; readonly reason: string }
  | { readonly kind: 'aborted' }
  /** There is something newer for it to run. */
  | { readonly kind: 'superseded' };

/** Old workers answer beside new ones for a while: nothing but new answers for so long. */
const STEADY_MS = 250;
const PAUSE_MS = 25;
/** After a second of other answers. */
const LATER_PAUSE_MS = 250;
/** On a busy machine a question takes long: but no fewer answers than this. */
const FEWEST = 3;
/** What the last question and the engine need beyond the limit. */
const MARGIN_MS = 5_000;

export interface AskOptions {
  readonly patient: boolean;
  readonly signal: AbortSignal;
  readonly superseded?: AbortSignal | undefined;
}

/**
 * Waits until the proxy runs a revision: it answers with nothing else, on fresh connections, for
 * 250 ms. All of it is one command, because to have one run in a container costs more than to ask.
 *
 * @param options.patient an answer with another revision may still become the right one; without it
 *   just silence is waited out.
 * @param options.superseded aborts when there is no use in waiting any more. Nobody can end a command in
 *   a container: it goes on until its limit, and asks seldom then.
 */
export async function confirm(
  confirmation: Confirmation,
  revision: string,
  { patient, signal, superseded }: AskOptions,
): Promise<Confirmed> {
  const { runner, timeoutMs, child } = confirmation;
  const question = questionOf(confirmation, revision);
  if (question === undefined) {
    return { kind: 'unanswerable', reason: 'it cannot be asked for its members' };
  }
  const absent = runner.unavailable();
  if (absent !== undefined) return { kind: 'unavailable', reason: absent };
  if (child && !child.isRunning()) return { kind: 'unavailable', reason: 'it does not run' };
  if (signal.aborted) return { kind: 'aborted' };
  if (superseded?.aborted) return { kind: 'superseded' };
  const over = new AbortController();
  let ended: string | undefined;
  child?.onEnd((how) => {
    ended = how;
    over.abort();
  }, over.signal);
  try {
    const { membersEnv } = confirmation;
    const result = await runner.run(script(question, { revision, patient, timeoutMs }), {
      timeoutMs: timeoutMs + MARGIN_MS,
      signal: AbortSignal.any([signal, over.signal, ...(superseded ? [superseded] : [])]),
      ...(membersEnv && saysMembers(revision) ? { env: membersEnv } : {}),
    });
    if (ended !== undefined) return { kind: 'unconfirmed', reason: `it ${ended}`, ended: true };
    if (result.kind === 'aborted' && !signal.aborted) return { kind: 'superseded' };
    return verdict(result, { revision, timeoutMs });
  } finally {
    over.abort();
  }
}

function verdict(
  result: CommandResult,
  { revision, timeoutMs }: { readonly revision: string; readonly timeoutMs: number },
): Confirmed {
  switch (result.kind) {
    case 'aborted':
      return result;
    // It ran a moment ago.
    case 'unavailable':
      return { kind: 'unconfirmed', reason: result.reason, ended: true };
    case 'failed':
      return { kind: 'unanswerable', reason: result.reason };
    case 'timed-out':
      return { kind: 'unconfirmed', reason: `no answer within ${timeoutMs / 1000} s` };
    case 'exited': {
      if (result.exitCode === 0) return { kind: 'confirmed' };
      const said = result.output
        .trim()
        .replaceAll(/\s*\n\s*/g, '; ')
        .slice(0, 500);
      if (result.exitCode === KILLED) {
        return { kind: 'unconfirmed', reason: 'it ended while it was asked', ended: true };
      }
      if (result.exitCode === NOBODY) return { kind: 'unanswerable', reason: said };
      const isOther = result.exitCode === OTHER;
      return {
        kind: 'unconfirmed',
        reason: isOther
          ? `it runs '${said}', not '${revision}'`
          : `it does not answer${said === '' ? '' : ` (${said})`}`,
      };
    }
  }
}

/** Exit code of what ends with its container, as KILL has it. */
const KILLED = 137;
/** Exit code of the script: there is nothing to ask with. */
const NOBODY = 126;
/** Exit code of the script: the proxy answers, but with something else. */
const OTHER = 3;

function script(
  ask: string,
  wish: { readonly revision: string; readonly patient: boolean; readonly timeoutMs: number },
): string {
  return `
ask() (
${ask}
)
# Into $time, in hundredths of a second, without starting a program for it where that can be.
look() {
  if read -r time _ </proc/uptime; then time=\${time%.*}\${time#*.}; else time=$(date +%s)00; fi
} 2>/dev/null
wanted=${shellQuote(wish.revision)}
look
until=$((time + ${Math.ceil(wish.timeoutMs / 10)}))
soon=$((time + 100))
new=0
while :; do
  answer=$(ask 2>&1)
  status=$?
  look
  case $status in 126 | 127) printf '%s\\n' "$answer"; exit ${NOBODY} ;; esac
  if [ "$status" -eq 0 ] && [ "$answer" = "$wanted" ]; then
    [ "$new" -gt 0 ] || since=$time
    new=$((new + 1))
    [ "$new" -lt ${FEWEST} ] || [ "$((time - since))" -lt ${STEADY_MS / 10} ] || exit 0
  else
    new=0
    late=no
    [ "$time" -lt "$until" ] || late=yes
    if [ "$status" -ne 0 ]; then code=1; else code=${OTHER}; ${wish.patient ? '' : 'late=yes; '}fi
    [ "$late" = no ] || { printf '%s\\n' "$answer"; exit "$code"; }
  fi
  pause=${PAUSE_MS / 1000}
  [ "$new" -gt 0 ] || [ "$time" -lt "$soon" ] || pause=${LATER_PAUSE_MS / 1000}
  sleep "$pause" 2>/dev/null || sleep 1
done
`.trim();
}
