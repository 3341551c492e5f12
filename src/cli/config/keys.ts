import { type ConfigKey, FLAGS, type Flag, type FlagName } from '../flags.ts';

/** A key that a configuration file may have. */
export interface KnownKey extends Omit<ConfigKey, 'type' | 'dockerGen'> {
  /** The flag that it stands for; absent for what no flag can say. */
  readonly flag?: FlagName;
  /** `signals` is a table of container → signal. */
  readonly type: ConfigKey['type'] | 'signals';
  readonly choices?: readonly string[];
  readonly dockerGen: boolean;
}

/** docker-gen's `[config.NotifyContainers]`. */
const NOTIFY_CONTAINERS: KnownKey = {
  key: 'notifycontainers',
  scope: 'job',
  type: 'signals',
  dockerGen: true,
};

export const CONFIG_KEYS: readonly KnownKey[] = [
  ...FLAGS.flatMap((flag: Flag) =>
    flag.config
      ? [
          {
            ...flag.config,
            flag: flag.name as FlagName,
            dockerGen: flag.config.dockerGen === true,
            ...(flag.choices ? { choices: flag.choices } : {}),
          },
        ]
      : [],
  ),
  NOTIFY_CONTAINERS,
];

const BY_NAME: ReadonlyMap<string, KnownKey> = new Map(
  CONFIG_KEYS.flatMap((known) =>
    [known.key, ...(known.aliases ?? [])].map((name) => [name, known] as const),
  ),
);

/** Any case, and the spelling of the flag with its dashes (or underscores), is understood. */
export function findKey(name: string): KnownKey | undefined {
  return BY_NAME.get(name.toLowerCase().replaceAll(/[-_]/g, ''));
}
