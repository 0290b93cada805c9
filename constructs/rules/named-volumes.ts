import type { ContainerMounts } from '@cdktf/provider-docker/lib/container';
import { blocks, type Rule } from './rule';

/** A path of the host ties a container to one machine, and opens that machine to it. */
export const namedVolumes: Rule = {
  id: 'NAUT_RULE_NAMED_VOLUMES',
  about: 'mounts named volumes and nothing of the host',
  check: ({ mountsInput, volumesInput }) => {
    if (blocks(volumesInput).length > 0) return 'mounts paths of the host; mount a named volume';
    const foreign = blocks<ContainerMounts>(mountsInput).find(({ type }) => type !== 'volume');
    return foreign ? `mounts ${foreign.source ?? foreign.target} as ${foreign.type}; mount a named volume` : undefined;
  },
};
