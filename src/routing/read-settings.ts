import { byText } from '../base/by-text.ts';
import { nearest } from '../base/nearest.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import {
  CONTAINER_SETTINGS,
  type ContainerSettingKey,
  type ContainerValue,
  LABEL_PREFIX,
  NGINX_PROXY_PREFIX,
} from './container-settings.ts';
import type { Problem } from './model.ts';
import { problemOf } from './problem.ts';
import type { ContainerSetting } from './setting.ts';
import { OWN_VOCABULARY, type Vocabulary } from './vocabulary.ts';

/** What a container has set, each with the variable or label that says so. */
export type SetValues = {
  readonly [K in ContainerSettingKey]?: SetValue<ContainerValue<K>>;
};

export interface SetValue<T> {
  readonly value: T;
  readonly variable: string;
}

export interface ReadSettings {
  readonly values: SetValues;
  /** Each keeps the container from its traffic. */
  readonly refusals: readonly Problem[];
  /** Each leaves a default in place. */
  readonly problems: readonly Problem[];
  /** What seems to be meant for tsgen, and nobody reads. */
  readonly strays: readonly Problem[];
}

const ROWS = Object.entries(CONTAINER_SETTINGS) as readonly (readonly [
  ContainerSettingKey,
  ContainerSetting<unknown>,
])[];

/** What several ports of a container take the place of: then it is nobody's business. */
const REPLACED: ReadonlySet<string> = new Set<ContainerSettingKey>([
  'hosts',
  'port',
  'path',
  'dest',
  'proto',
] as const);

/**
 * Reads all settings of a container. tsgen's label goes before the environment variable, and that
 * before dockercloud-haproxy's, where its words count, and nginx-proxy's label, whether with its
 * prefix or with tsgen's. A blank value counts as absent.
 */
export function readContainerSettings(
  container: RuntimeContainer,
  vocabulary: Vocabulary = OWN_VOCABULARY,
): ReadSettings {
  const values: Partial<Record<ContainerSettingKey, SetValue<unknown>>> = {};
  const refusals: Problem[] = [];
  const problems: Problem[] = [];
  const asksByMultiports =
    lookUp(container, CONTAINER_SETTINGS.multiports, vocabulary) !== undefined;
  const mentioned = mentionedBy(container);
  for (const [key, row] of ROWS) {
    if (!mentioned.has(key)) continue;
    const found = lookUp(container, row, vocabulary);
    if (!found) continue;
    const { variable, text, parse } = found;
    if (REPLACED.has(key) && asksByMultiports) continue;
    if (row.isRaw && !vocabulary.allowsRaw) {
      problems.push(problemOf(container, variable, RAW_REFUSED));
      continue;
    }
    const parsed = parse(text);
    if (parsed.kind === 'valid') values[key] = { value: parsed.value, variable };
    else if (row.whenInvalid === 'refuse') {
      const consequence = 'the container gets no traffic until this is mended';
      refusals.push(problemOf(container, variable, `${parsed.reason}; ${consequence}`));
    } else {
      const consequence = 'it is ignored until this is mended';
      problems.push(problemOf(container, variable, `${parsed.reason}; ${consequence}`));
    }
  }
  return { values: values as SetValues, refusals, problems, strays: straysOf(container) };
}

/** The settings that a variable, or a label, of some name may say something of. */
const BY_VARIABLE = new Map<string, readonly ContainerSettingKey[]>();
const BY_LABEL = new Map<string, readonly ContainerSettingKey[]>();
for (const [key, { name, env, nginxProxyLabel, dockercloud }] of ROWS) {
  const add = (names: Map<string, readonly ContainerSettingKey[]>, one: string | undefined) => {
    if (one !== undefined) names.set(one, [...(names.get(one) ?? []), key]);
  };
  for (const variable of [env, dockercloud?.env, dockercloud?.beside]) add(BY_VARIABLE, variable);
  add(BY_LABEL, LABEL_PREFIX + name);
  if (nginxProxyLabel === undefined) continue;
  for (const prefix of [LABEL_PREFIX, NGINX_PROXY_PREFIX]) add(BY_LABEL, prefix + nginxProxyLabel);
}

/** A container has a few of the many settings that there are: the others need not be looked for. */
function mentionedBy({ Env, Labels }: RuntimeContainer): ReadonlySet<ContainerSettingKey> {
  const keys = new Set<ContainerSettingKey>();
  for (const name of Object.keys(Env)) for (const key of BY_VARIABLE.get(name) ?? []) keys.add(key);
  for (const name of Object.keys(Labels)) for (const key of BY_LABEL.get(name) ?? []) keys.add(key);
  return keys;
}

const RAW_REFUSED =
  "it is in the proxy's own language, which containers may not speak: it is ignored, unless tsgen is started with --allow-raw";

interface Found {
  readonly variable: string;
  readonly text: string;
  readonly parse: ContainerSetting<unknown>['parse'];
}

function lookUp(
  { Env, Labels }: RuntimeContainer,
  { name, env, nginxProxyLabel, parse, dockercloud }: ContainerSetting<unknown>,
  vocabulary: Vocabulary,
): Found | undefined {
  const label = LABEL_PREFIX + name;
  const theirs = vocabulary.dockercloud ? dockercloud : undefined;
  const theirParse = theirs?.parse ?? parse;
  const candidates: readonly (readonly [string, string | undefined])[] = [
    [label, Labels[label]],
    [env, Env[env]],
    ...(theirs === undefined || theirs.env === env
      ? []
      : ([[theirs.env, Env[theirs.env]]] as const)),
    ...(nginxProxyLabel === undefined
      ? []
      : [LABEL_PREFIX, NGINX_PROXY_PREFIX].map(
          (prefix) => [prefix + nginxProxyLabel, Labels[prefix + nginxProxyLabel]] as const,
        )),
  ];
  for (const [variable, value] of candidates) {
    const text = (value ?? '').trim();
    const isTheirs = theirs !== undefined && (theirs.env === env || variable === theirs.env);
    const beside = (isTheirs && theirs.beside && Env[theirs.beside]?.trim()) || '';
    if (text === '' && beside === '') continue;
    return {
      variable: text === '' ? (theirs?.beside ?? variable) : variable,
      text,
      parse: isTheirs ? (own) => theirParse(own, beside) : parse,
    };
  }
  return undefined;
}

/** Labels that are no settings of a container's, but mean something to tsgen. */
const OTHER_LABELS: ReadonlySet<string> = new Set([
  'tsgen.proxy',
  // The delivery extension's: whom it replaces, and whom it made.
  'tsgen.deploy',
  'tsgen.deploy.deployment',
  'tsgen.deploy.image',
  'tsgen.deploy.previous',
  'tsgen.deploy.replaces',
]);
const OTHER_NGINX_PROXY_LABELS: ReadonlySet<string> = new Set([`${NGINX_PROXY_PREFIX}nginx`]);
/** A variable of Python's, in many images. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set(['VIRTUAL_ENV']);

const KNOWN_LABELS = ROWS.map(([, { name }]) => LABEL_PREFIX + name);
const KNOWN_NGINX_PROXY_LABELS = ROWS.flatMap(([, { nginxProxyLabel }]) =>
  nginxProxyLabel === undefined ? [] : [NGINX_PROXY_PREFIX + nginxProxyLabel],
);
const KNOWN: ReadonlySet<string> = new Set([
  ...KNOWN_LABELS,
  ...KNOWN_NGINX_PROXY_LABELS,
  // Who takes nginx-proxy's prefix for tsgen's need not know the new names.
  ...KNOWN_NGINX_PROXY_LABELS.map((label) => label.replace(NGINX_PROXY_PREFIX, LABEL_PREFIX)),
  ...OTHER_LABELS,
  ...OTHER_NGINX_PROXY_LABELS,
]);

function isMeant(label: string): boolean {
  return label.startsWith(LABEL_PREFIX) || label.startsWith(NGINX_PROXY_PREFIX);
}

/** What follows `VIRTUAL_` in the variables that begin so. */
const KNOWN_ENDINGS = ROWS.flatMap(([, { env }]) => /^VIRTUAL_(.+)/.exec(env)?.[1] ?? []);

/** Of one container; more would be no slips. */
const MAX_STRAYS = 20;
/** Longer names are nobody's slip. */
const LONGEST_SLIP = 60;

/** Of each kind the first ones by name: looking for the nearest name has its price. */
function straysOf(container: RuntimeContainer): readonly Problem[] {
  const { Env, Labels } = container;
  const problems: Problem[] = [];
  const labels = Object.keys(Labels).filter((name) => isMeant(name) && !KNOWN.has(name));
  for (const name of labels.toSorted(byText).slice(0, MAX_STRAYS)) {
    const known = name.startsWith(LABEL_PREFIX) ? KNOWN_LABELS : KNOWN_NGINX_PROXY_LABELS;
    const near =
      name.length > LONGEST_SLIP + NGINX_PROXY_PREFIX.length ? undefined : nearest(name, known);
    const advice = near === undefined ? 'docs/settings.md lists them' : `did you mean ${near}?`;
    problems.push(problemOf(container, name, `there is no such label: ${advice}`));
  }
  const variables = Object.keys(Env).filter((name) => /^VIRTUAL/i.test(name));
  for (const name of variables.toSorted(byText).slice(0, MAX_STRAYS)) {
    const ending = /^VIRTUAL[_-]?(.{1,60})$/i.exec(name)?.[1];
    if (ending === undefined || BY_VARIABLE.has(name) || OTHER_VARIABLES.has(name)) continue;
    const near = nearest(ending, KNOWN_ENDINGS);
    const meant = `VIRTUAL_${near}`;
    if (near === undefined || meant === name || (Env[meant] ?? '').trim() !== '') continue;
    problems.push(problemOf(container, name, `there is no such variable: did you mean ${meant}?`));
  }
  return problems;
}
