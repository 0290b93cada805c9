import type { ContainerUlimit } from '@cdktf/provider-docker/lib/container';
import { blocks, type Rule } from './rule';

/** Most open files that a kernel gives by default (fs.nr_open). */
const most = 1_048_576;

export const boundedUlimits: Rule = {
  id: 'NAUT_RULE_BOUNDED_ULIMITS',
  about: 'has no unlimited resource',
  check: ({ ulimitInput }) => {
    const endless = blocks<ContainerUlimit>(ulimitInput).find(
      ({ soft, hard }) => soft < 0 || hard < soft || hard > most,
    );
    return endless
      ? `has ulimit ${endless.name} ${endless.soft}:${endless.hard}; write numbers from 0 to ${most}, soft not above hard`
      : undefined;
  },
};
