import type { Profile, ServiceProfile } from '@nautilus/config';
import type { Expectation } from '@nautilus/manifest';

/** What must be true of any container of ours, whatever runs in it. */
export function containerExpectations(profile: Profile, { claim }: ServiceProfile): Expectation[] {
  const { min, limit, max } = claim.memory;
  const source = 'the profile';
  return [
    {
      subject: 'container',
      setting: 'HostConfig.Memory',
      value: limit.bytes,
      unit: 'bytes',
      band: { min: min.bytes, max: max.bytes },
      reason: 'the claim; rebalancing may move the limit inside its band',
      source,
    },
    {
      subject: 'container',
      setting: 'HostConfig.NanoCpus',
      value: claim.cpus.toNanoCpus(),
      reason: 'the claim: one service must not take the CPUs of another',
      source,
    },
    {
      subject: 'container',
      setting: 'cgroup.memory',
      value: limit.bytes,
      unit: 'bytes',
      band: { min: min.bytes, max: max.bytes },
      reason: 'what the kernel holds the container to, whatever Docker says',
      source,
    },
    {
      subject: 'container',
      setting: 'cgroup.cpus',
      value: claim.cpus.cores,
      unit: 'cores',
      reason: 'what the kernel holds the container to, whatever Docker says',
      source,
    },
    {
      subject: 'container',
      setting: 'HostConfig.ReadonlyRootfs',
      value: true,
      reason: 'what breaks in cannot stay, and what is not in a volume is not kept by accident',
      source: 'CIS Docker Benchmark 5.13',
    },
    {
      subject: 'container',
      setting: 'eth0.mtu',
      value: profile.network.mtu,
      unit: 'bytes',
      reason: 'packets between containers never leave the machine: fewer, larger ones cost less',
      source,
    },
  ];
}
