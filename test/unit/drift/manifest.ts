import { type Manifest, manifestVersion } from '../../../manifest';

/** A declaration of nothing but the network; tests add what they are about. */
export const manifestOf = (changes: Partial<Manifest> = {}): Manifest => ({
  version: manifestVersion,
  profile: { name: 'ci', hash: 'a'.repeat(64) },
  project: 'nautilus-ci',
  network: {
    name: 'nautilus-ci-network',
    subnet: '172.21.0.0/16',
    gateway: '172.21.0.1',
    mtu: 9000,
    bridgeName: 'nautilus-ci0',
    driver: 'bridge',
    options: {},
    labels: {},
    reserved: {},
    expectations: [],
  },
  services: [],
  oneShots: [],
  secrets: [],
  security: { rules: [], containers: [], suppressions: [] },
  volumes: [],
  stacks: [],
  ...changes,
});
