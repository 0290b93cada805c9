import type { Answers } from '../observed';
import { answered } from '../script';

/** Limits of the cgroup, version 2 or 1, and the network interfaces: by shell words alone, because a program more costs more. */
export const kernelQuestion = `cd /sys/fs/cgroup
if [ -r memory.max ]; then
  read -r memory <memory.max; read -r quota period <cpu.max
elif [ -r memory/memory.limit_in_bytes ]; then
  read -r memory <memory/memory.limit_in_bytes; read -r quota <cpu/cpu.cfs_quota_us; read -r period <cpu/cpu.cfs_period_us
fi
echo "cgroup \${memory:-?} \${quota:-?} \${period:-?}"
for interface in /sys/class/net/*; do
  read -r address <"$interface/address" && read -r mtu <"$interface/mtu" && echo "interface $address $mtu"
done`;

/** What the kernel holds the container to. */
export interface Kernel {
  /** Bytes; Infinity: no limit; undefined: not to be seen inside. */
  readonly memoryBytes: number | undefined;
  /** CPUs; Infinity: no limit; undefined: not to be seen inside. */
  readonly cpus: number | undefined;
  /** Bytes by hardware address. */
  readonly mtu: ReadonlyMap<string, number>;
}

/** Version 1 of cgroups writes "no limit" as the largest multiple of a page. */
const UNLIMITED = 2 ** 62;

export function kernelOf(answers: Answers): Kernel {
  const lines = answered(answers, 'kernel')
    .split('\n')
    .map((line) => line.split(' '));
  const [memory = '?', quota = '?', period = '?'] = lines.find(([kind]) => kind === 'cgroup')?.slice(1) ?? [];
  const limit = memory === 'max' || Number(memory) >= UNLIMITED ? Number.POSITIVE_INFINITY : Number(memory);
  const cpus = quota === 'max' || Number(quota) < 0 ? Number.POSITIVE_INFINITY : Number(quota) / Number(period);
  const interfaces = lines.filter(([kind]) => kind === 'interface');
  return {
    memoryBytes: Number.isNaN(limit) ? undefined : limit,
    cpus: Number.isNaN(cpus) ? undefined : cpus,
    mtu: new Map(interfaces.map(([, address, mtu]) => [address!, Number(mtu)])),
  };
}
