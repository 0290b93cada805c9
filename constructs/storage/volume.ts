import { type Profile, volumeName } from '@nautilus/config';

/** Named volumes of the platform. All but `shared-memory` hold state and outlive every other part. */
export const stateVolumes = [
  'secrets',
  'postgres-data',
  'redis-data',
  'risk-data',
  'oms-data',
  'ems-data',
  'pms-data',
  'prometheus-data',
  'grafana-data',
] as const;

export type StateVolume = (typeof stateVolumes)[number];
export type Volume = StateVolume | 'shared-memory';

export const volumeNameOf = (profile: Pick<Profile, 'project'>, volume: Volume) => volumeName(profile, volume);
