import type { Finding } from '../finding';
import { update, updateCpus, updateMemory } from '../repairs';
import { dockerSize, list, size } from '../text';
import { fixed, limit, type Subject } from './subject';

/** What `docker update` changes. */
export const compareLimits = (subject: Subject): Finding[] =>
  [memory, reservation, cpus, cpuShares, cpuset, pids, restartPolicy].flatMap((compare) => compare(subject) ?? []);

/** A limit inside its band is where something that may moved it; swap follows the limit. */
function memory(subject: Subject): Finding | undefined {
  const { memory: claim, memorySwapBytes } = subject.declared;
  const { Memory, MemorySwap } = subject.live.HostConfig;
  if (Memory < claim.minBytes || Memory > claim.maxBytes) {
    const band = claim.minBytes === claim.maxBytes ? '' : ` (${size(claim.minBytes)} to ${size(claim.maxBytes)})`;
    return limit(
      subject,
      { kind: 'memory', what: 'memory limit', declared: `${size(claim.limitBytes)}${band}`, live: size(Memory) },
      updateMemory(subject.declared, claim.limitBytes, memorySwapBytes),
    );
  }
  const swap = memorySwapBytes === claim.limitBytes ? Memory : memorySwapBytes;
  if (MemorySwap === swap) return undefined;
  return limit(
    subject,
    {
      kind: 'swap',
      what: 'memory and swap together',
      declared: swap === Memory ? `${size(swap)}: no swap` : size(swap),
      live: size(MemorySwap),
    },
    updateMemory(subject.declared, Memory, swap),
  );
}

function reservation(subject: Subject): Finding | undefined {
  const wanted = subject.declared.memoryReservationBytes ?? 0;
  const is = subject.live.HostConfig.MemoryReservation;
  if (is === wanted) return undefined;
  const none = (bytes: number) => (bytes === 0 ? 'none' : size(bytes));
  const difference = { kind: 'reservation', what: 'memory reservation', declared: none(wanted), live: none(is) };
  // An update with 0 says nothing of it.
  if (wanted === 0) return fixed(subject, difference, 'docker update');
  const option = `--memory-reservation ${dockerSize(wanted)}`;
  return limit(subject, difference, update(subject.declared, option, { MemoryReservation: wanted }));
}

function cpus(subject: Subject): Finding | undefined {
  const { NanoCpus, CpuQuota, CpuPeriod } = subject.live.HostConfig;
  const wanted = Math.round(subject.declared.cpus * 1e9);
  if (NanoCpus === wanted && CpuQuota <= 0) return undefined;
  const is = CpuQuota > 0 ? (CpuQuota / (CpuPeriod || 100_000)) * 1e9 : NanoCpus;
  const difference = { kind: 'cpus', what: 'CPU quota', declared: cores(wanted), live: cores(is) };
  // A quota in microseconds and one in CPUs exclude each other.
  if (CpuQuota > 0) return fixed(subject, difference);
  return limit(subject, difference, updateCpus(subject.declared, subject.declared.cpus));
}

const cores = (nano: number): string => (nano === 0 ? 'unlimited' : `${nano / 1e9} CPUs`);

/** What a container has that asked for nothing. */
const DEFAULT_SHARES = 1024;

function cpuShares(subject: Subject): Finding | undefined {
  const wanted = subject.declared.cpuShares ?? DEFAULT_SHARES;
  const is = subject.live.HostConfig.CpuShares || DEFAULT_SHARES;
  if (is === wanted) return undefined;
  return limit(
    subject,
    { kind: 'cpu-shares', what: 'CPU shares', declared: String(wanted), live: String(is) },
    update(subject.declared, `--cpu-shares ${wanted}`, { CpuShares: wanted }),
  );
}

/** None is ever declared, and an update cannot take one away. */
function cpuset(subject: Subject): Finding | undefined {
  const { CpusetCpus, CpusetMems } = subject.live.HostConfig;
  if (CpusetCpus === '' && CpusetMems === '') return undefined;
  const live = list([CpusetCpus && `CPUs ${CpusetCpus}`, CpusetMems && `memory nodes ${CpusetMems}`].filter(Boolean));
  return fixed(subject, { kind: 'cpuset', what: 'CPUs that it may run on', declared: 'all', live }, 'docker update');
}

function pids(subject: Subject): Finding | undefined {
  const is = subject.live.HostConfig.PidsLimit ?? 0;
  if (is <= 0) return undefined;
  return limit(
    subject,
    { kind: 'pids-limit', what: 'limit of processes', declared: 'unlimited', live: String(is) },
    update(subject.declared, '--pids-limit -1', { PidsLimit: -1 }),
  );
}

function restartPolicy(subject: Subject): Finding | undefined {
  const { Name, MaximumRetryCount } = subject.live.HostConfig.RestartPolicy;
  const wanted = subject.declared.restart;
  const is = `${Name || 'no'}${MaximumRetryCount > 0 ? `:${MaximumRetryCount}` : ''}`;
  if (is === wanted) return undefined;
  return limit(
    subject,
    { kind: 'restart-policy', what: 'restart policy', declared: wanted, live: is },
    update(subject.declared, `--restart ${wanted}`, { RestartPolicy: { Name: wanted, MaximumRetryCount: 0 } }),
  );
}
