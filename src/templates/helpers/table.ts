import { blockHelpers } from './blocks.ts';
import { dataHelpers } from './data.ts';
import { type FileAccess, fileHelpers } from './files.ts';
import { filteringHelpers } from './filtering.ts';
import { groupingHelpers } from './grouping.ts';
import type { Helper } from './helper.ts';
import { logicHelpers } from './logic.ts';
import { lookupHelpers } from './lookup.ts';
import { quotingHelpers } from './quoting.ts';
import { sortingHelpers } from './sorting.ts';
import { stringHelpers } from './strings.ts';

/** All helpers but `memo`, which belongs to the engine; by family. */
export function helperTable(files: FileAccess): readonly Helper[] {
  return [
    ...blockHelpers,
    ...groupingHelpers,
    ...filteringHelpers,
    ...sortingHelpers,
    ...lookupHelpers,
    ...stringHelpers,
    ...logicHelpers,
    ...dataHelpers,
    ...fileHelpers(files),
    ...quotingHelpers,
  ];
}
