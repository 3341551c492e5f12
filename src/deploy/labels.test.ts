import { expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { readContainerSettings } from '../routing/read-settings.ts';
import { ROLL_OUT_LABELS, SERVICE_LABEL } from './labels.ts';

it('labels containers with nothing that the watch takes for a slip', () => {
  const names = [SERVICE_LABEL, ...Object.values(ROLL_OUT_LABELS)];
  const labels = Object.fromEntries(names.map((name) => [name, '1']));
  expect(readContainerSettings(aContainer({ labels })).strays).toEqual([]);
});
