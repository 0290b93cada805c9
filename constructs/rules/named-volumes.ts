import type { ContainerMounts } from '@cdktf/provider-docker/lib/container';
import type { Rule } from './rule';

export const namedVolumes: Rule = {
  id: 'NAUT_RULE_NAMED_VOLUMES',
  check: ({ mountsInput, volumesInput, devicesInput }) => {
    if (Array.isArray(devicesInput) && devicesInput.length > 0) return 'is given devices of the host; none are needed';
    if (Array.isArray(volumesInput) && volumesInput.length > 0) return 'mounts paths of the host; mount a named volume';
    const foreign = (Array.isArray(mountsInput) ? (mountsInput as ContainerMounts[]) : []).find(
      ({ type }) => type !== 'volume',
    );
    return foreign ? `mounts ${foreign.source ?? foreign.target} as ${foreign.type}; mount a named volume` : undefined;
  },
};
