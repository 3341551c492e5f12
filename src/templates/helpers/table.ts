import { blockHelpers } from './blocks.ts';
import { caseHelpers } from './cases.ts';
import { cuttingHelpers } from './cutting.ts';
import { dateHelpers } from './dates.ts';
import { dictHelpers } from './dicts.ts';
import { encodingHelpers } from './encoding.ts';
import { evalHelper } from './eval.ts';
import { type FileAccess, fileHelpers } from './files.ts';
import { filteringHelpers } from './filtering.ts';
import { groupingHelpers } from './grouping.ts';
import { haproxyHelpers } from './haproxy.ts';
import { hashHelpers } from './hashes.ts';
import { type Helper, HelperError } from './helper.ts';
import { httpdHelpers } from './httpd.ts';
import { jsonHelpers } from './json.ts';
import { layoutHelpers } from './layout.ts';
import { listHelpers } from './lists.ts';
import { logicHelpers } from './logic.ts';
import { lookupHelpers } from './lookup.ts';
import { mathHelpers } from './maths.ts';
import { pathHelpers } from './paths.ts';
import { printingHelpers } from './printing.ts';
import { quotingHelpers } from './quoting.ts';
import { regexHelpers } from './regexes.ts';
import { semverHelpers } from './semver.ts';
import { sortingHelpers } from './sorting.ts';
import { stringHelpers } from './strings.ts';
import { typeHelpers } from './types.ts';
import { urlHelpers } from './urls.ts';
import { validationHelpers } from './validation.ts';
import { writeFileHelper } from './write-file.ts';
import { yamlHelpers } from './yaml.ts';

/** Helpers for one purpose, with what the documentation calls them. */
export interface Family {
  readonly title: string;
  /** What is to be known about all of them. */
  readonly note?: string;
  readonly helpers: readonly Helper[];
}

/** All helpers but `memo`, which belongs to the engine; by family. */
export function helperTable(files: FileAccess): readonly Helper[] {
  return helperFamilies(files).flatMap(({ helpers }) => helpers);
}

/** The same in the order of the documentation. */
export function helperFamilies(files: FileAccess): readonly Family[] {
  return [
    { title: 'Blocks', helpers: blockHelpers },
    { title: 'Grouping', helpers: groupingHelpers },
    { title: 'Filtering', helpers: filteringHelpers },
    { title: 'Sorting', helpers: sortingHelpers },
    { title: 'Comparing', helpers: logicHelpers },
    { title: 'Finding and choosing', helpers: lookupHelpers },
    { title: 'What a value is', helpers: typeHelpers },
    { title: 'Lists', helpers: listHelpers },
    {
      title: 'Maps',
      note:
        'A template can change the maps that its helpers made, and no others: those of containers ' +
        'and sites are shared by all renderings.',
      helpers: dictHelpers,
    },
    { title: 'Text', helpers: stringHelpers },
    { title: 'Upper and lower case', helpers: caseHelpers },
    { title: 'Parts of a text', helpers: cuttingHelpers },
    { title: 'Lines and quotes', helpers: layoutHelpers },
    { title: 'Printing', helpers: printingHelpers },
    {
      title: 'Regular expressions',
      note:
        'Expressions are written as in Go (RE2): `(?i)`, `(?m)` and `(?s)` at the beginning, ' +
        '`(?P<name>…)`, `\\A`, `\\z`, `\\Q…\\E`, `[[:alpha:]]`, `\\pL`. Flags in the middle and ' +
        '`(?U)` are refused. RE2 never takes long; this engine can, for an expression such as ' +
        '`(a+)+$` on a value that somebody chose for it: write none with a repetition in a ' +
        'repetition for values that containers give.',
      helpers: regexHelpers,
    },
    { title: 'Numbers', helpers: mathHelpers },
    {
      title: 'Dates and durations',
      note:
        "Layouts are Go's: the text shows how Mon Jan 2 15:04:05 MST 2006 would look. A time is " +
        'RFC 3339 text, such as `Created`, or seconds since 1970. What Go takes from the machine, ' +
        'its clock and its zone, has no place in a file that is to stay the same: without a zone ' +
        'a time is UTC.',
      helpers: dateHelpers,
    },
    { title: 'Versions', helpers: semverHelpers },
    { title: 'Checking values', helpers: validationHelpers },
    { title: 'Reading and writing JSON', helpers: jsonHelpers },
    { title: 'Reading and writing YAML', helpers: yamlHelpers },
    { title: 'Encodings', helpers: encodingHelpers },
    { title: 'Hashes', helpers: hashHelpers },
    { title: 'URLs', helpers: urlHelpers },
    { title: 'Paths', helpers: pathHelpers },
    {
      title: 'Files',
      helpers: [...fileHelpers(files), writeFileHelper(outside('files are written'))],
    },
    { title: 'Partials', helpers: [evalHelper(outside('partials are known'))] },
    {
      title: 'Writing for a proxy or a shell',
      helpers: [...quotingHelpers, ...httpdHelpers, ...haproxyHelpers],
    },
  ];
}

/** Each rendering puts its own in the place of this one: it alone can do that. */
function outside(what: string): () => never {
  return () => {
    throw new HelperError(`${what} only while a template is rendered`);
  };
}
