import type { Check } from '../finding';

/** A profile that is written for one machine says so when it meets another. Containers run all the same where they fit. */
export const hardware: Check = async ({ profile, host }) => {
  const wanted = profile.hardware;
  if (wanted.model === 'any') return [];
  const { memory, performanceCores, efficiencyCores } = wanted.variant;
  const fits = host.m4Max?.memory.equals(memory) ?? false;
  return [
    {
      name: 'M4 Max',
      state: fits ? 'ok' : 'missing',
      found: fits ? `${memory}` : `this machine is ${host.chip ?? 'of unknown processor'} with ${host.memory}`,
      use: 'comfort',
      neededFor: `profile ${profile.name}, written for ${performanceCores}P+${efficiencyCores}E cores and ${memory}`,
      ...(!fits && { fix: 'take the profile of this machine: nautilus profiles list' }),
    },
  ];
};
