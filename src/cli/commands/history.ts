import { resolve } from 'node:path';
import { TsgenError } from '../../base/errors.ts';
import { HistoryStore } from '../../output/history-store.ts';
import { stateIfThere } from '../../output/state.ts';
import { heldByNote } from '../../pipeline/hold.ts';
import { requestControl } from '../../status/control-client.ts';
import {
  type HeldReport,
  type HistoryReport,
  historyReport,
  type SetDetails,
  setDetails,
} from '../../status/history-report.ts';
import { findWatch, watchOf } from '../find-watch.ts';
import type { Io } from '../io.ts';
import { stateOptions, watchRegistry } from '../runtime-dir.ts';
import { setNumber } from '../set-number.ts';
import { historyTable, setText } from '../view/history-words.ts';
import { prettyJson } from '../view/json.ts';

export interface HistoryOptions {
  readonly dest?: string;
  readonly diff?: boolean;
  readonly json?: boolean;
}

/** Whom the history is asked of. */
interface Source {
  readonly held: HeldReport | undefined;
  all(): Promise<HistoryReport>;
  one(number: number | undefined): Promise<SetDetails>;
}

/**
 * Shows what went live at a destination and when, or one set and what it changed. A watch is asked
 * where one runs; else what it has left beside the destination says it.
 *
 * @param wanted a set's number as the user wrote it.
 * @throws TsgenError `usage` when there is no such set, `conflict` when there is no history.
 */
export async function history(
  wanted: string | undefined,
  { dest, diff = false, json = false }: HistoryOptions,
  io: Io,
): Promise<number> {
  const number = setNumber(wanted);
  const source = await sourceOf(dest, io);
  const { held } = source;
  if (number === undefined && !diff) {
    const report = await source.all();
    io.out.write(
      json
        ? prettyJson({ ...report, ...(held ? { held } : {}) })
        : historyTable(report, held, io.out),
    );
    return 0;
  }
  const details = await source.one(number);
  io.out.write(json ? prettyJson(details) : setText(details, held, io.out));
  return 0;
}

async function sourceOf(dest: string | undefined, io: Io): Promise<Source> {
  const path = dest === undefined ? undefined : resolve(io.cwd, dest);
  const watch =
    path === undefined
      ? await findWatch(undefined, { cwd: io.cwd, registry: watchRegistry() })
      : await watchOf(path);
  if (watch) {
    const { socket, report } = watch;
    const ask = <Answer>(what: string) =>
      requestControl<Answer>(socket, 'GET', what, { signal: io.stop });
    return {
      held: report.held,
      all: () => ask('/history'),
      one: (number) => ask(`/set${number === undefined ? '' : `?number=${number}`}`),
    };
  }
  return await onDisk(path ?? '');
}

async function onDisk(dest: string): Promise<Source> {
  for (const state of await stateIfThere(dest, stateOptions())) {
    const store = new HistoryStore(state);
    const index = await store.read();
    if (index.sets.length === 0) continue;
    return {
      held: heldByNote((await state.readNote('hold')) ?? {}),
      all: async () => historyReport(index, dest),
      one: (number) => setDetails(index, number, { store, dest }),
    };
  }
  throw new TsgenError(
    'conflict',
    `There is no history of ${dest}: no watch answers for it, and none has left one. Start one with tsgen --template …, or look whether the path is right.`,
  );
}
