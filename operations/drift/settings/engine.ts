import type { ObservedService } from '../../live';
import { runningConfiguration } from '../../live/subjects/engine';
import type { Finding } from '../finding';
import { makeAnew } from '../repairs';
import { type Compared, finding } from './finding';

/** Is the configuration that the engine runs with the one that was declared? Throws where the engine does not say. */
export function engineConfiguration(compared: Compared, { answers }: ObservedService): Finding[] {
  const text = compared.service.env.NAUTILUS_CONFIGURATION;
  if (text === undefined) return [];
  const { specHash } = JSON.parse(text) as { readonly specHash: string };
  const live = runningConfiguration(answers);
  if (live === specHash) return [];
  return [
    finding(compared, {
      setting: 'configuration',
      kind: 'configuration',
      what: 'configuration that the engine runs with (hash)',
      declared: specHash,
      live,
      repair: makeAnew(compared.manifest, compared.service),
    }),
  ];
}
