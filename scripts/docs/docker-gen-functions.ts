/** What became of one of docker-gen's own functions. */
export interface PortedFunction {
  readonly name: string;
  /** `met`, or in which way it is better than met. */
  readonly how: string;
}

const MET = 'met';
const SORTED = 'bettered: docker-gen’s order is random, this one is sorted';
const LISTS = 'met; a wrong argument names template, line and argument';

/** docker-gen's 55 functions besides Sprig's, by name. */
export const dockerGenFunctions: readonly PortedFunction[] = Object.entries({
  closest: MET,
  coalesce: MET,
  comment: MET,
  contains: 'met; any map',
  dir: 'met; sorted',
  eval: 'bettered: an unknown name is found before anything is rendered; `{{> name data}}` is shorter',
  exists: MET,
  fromYaml: MET,
  groupBy: MET,
  groupByKeys: SORTED,
  groupByLabel: MET,
  groupByLabelWithDefault: MET,
  groupByMulti: MET,
  groupByWithDefault: MET,
  include: MET,
  intersect: 'bettered: docker-gen’s order is random, this one is that of the first list',
  json: MET,
  keys: SORTED,
  mustBeInt: 'met; gives the number',
  mustBeIntInRange: 'met; gives the number',
  mustBeOneOf: 'met; gives the value',
  mustFromYaml: MET,
  mustToYaml: 'met; what an old parser would misread is quoted',
  nginxMustParseHSTS: 'met; gives the header in one spelling, safe between double quotes',
  nginxQuote: 'met; line ends are escaped, a NUL is refused',
  parseBool: MET,
  parseJson: 'bettered: whole numbers stay whole (no `1e+07`)',
  queryEscape: MET,
  replace: 'met; the count may be left out',
  sha1: MET,
  sortObjectsByKeysAsc:
    'bettered: numbers and other text in one list have an order that does not depend on the input’s',
  sortObjectsByKeysDesc: 'bettered: as `sortObjectsByKeysAsc`',
  sortStringsAsc: MET,
  sortStringsDesc: MET,
  split: MET,
  splitN: MET,
  sprigCoalesce: MET,
  sprigContains: MET,
  sprigDir: MET,
  sprigReplace: MET,
  sprigSplit: MET,
  sprigSplitn: MET,
  toLower: MET,
  toUpper: MET,
  toYaml: 'met; what an old parser would misread is quoted',
  when: MET,
  where: LISTS,
  whereAll: LISTS,
  whereAny: LISTS,
  whereExist: LISTS,
  whereLabelDoesNotExist: LISTS,
  whereLabelExists: LISTS,
  whereLabelValueMatches:
    'met; [regular expressions](#regular-expressions) says what differs from RE2',
  whereNot: LISTS,
  whereNotExist: LISTS,
}).map(([name, how]) => ({ name, how }));

/** Functions of Sprig and of Go's templates that tsgen does not have, and why. */
export const leftOut: readonly { readonly names: readonly string[]; readonly why: string }[] = [
  {
    names: ['now', 'ago'],
    why: 'The clock: the same containers have to give the same file, or every render would reload the proxy. `Created` is the time that a template can use.',
  },
  {
    names: [
      ...['randAlpha', 'randAlphaNum', 'randAscii', 'randBytes', 'randInt', 'randNumeric'],
      ...['shuffle', 'uuidv4'],
    ],
    why: 'Chance: as for the clock. For a stable name use `sha1` of what it stands for.',
  },
  {
    names: [
      ...['genPrivateKey', 'genCA', 'genCAWithKey', 'genSelfSignedCert'],
      ...['genSelfSignedCertWithKey', 'genSignedCert', 'genSignedCertWithKey', 'buildCustomCert'],
    ],
    why: 'Keys and certificates: another one for each render, and secrets do not belong in a rendered text. `exists` and `include` use those that are there.',
  },
  {
    names: ['bcrypt', 'htpasswd', 'encryptAES', 'decryptAES', 'derivePassword'],
    why: 'Secrets: salted at random, or needing a password in the template. Make the file with a tool for it and `include` it.',
  },
  {
    names: ['getHostByName'],
    why: 'The network: a render would wait for a name server and depend on its answer.',
  },
  {
    names: ['env', 'expandenv'],
    why: 'tsgen’s own environment is in the context, where an offline rendering can give another: `{{@root.Env.NAME}}`.',
  },
  { names: ['hello'], why: 'It says hello.' },
  {
    names: ['call', 'js'],
    why: 'Go’s own. Values are never functions here, and no proxy is configured in JavaScript strings; `json` writes one.',
  },
];
