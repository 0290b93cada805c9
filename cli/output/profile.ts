import { type Budget, deployedServices, type MemorySize, type Profile, profileBudget } from '@nautilus/config';
import { table } from './table';

/** Width of the memory bar in characters. */
const barWidth = 60;

/** A profile as a person reads it: where it runs, who claims what, and what is traded. */
export function profileText(profile: Profile): string {
  const budget = profileBudget(profile);
  return [
    `${profile.name}: ${profile.description}`,
    `  file ${profile.file}`,
    `  hash ${profile.hash.slice(0, 12)}`,
    '',
    `Docker  ${profile.docker.memory} and ${profile.docker.cpus} CPUs; ${budget.reserve} stay free for its VM, ${budget.pool} are the platform's`,
    '',
    ...indent(claimTable(profile)),
    '',
    ...indent(budgetBar(budget)),
    '',
    `Network  ${profile.network.name}: ${profile.network.subnet}, MTU ${profile.network.mtu}, bridge ${profile.network.bridgeName}; ports on ${profile.exposure.address}`,
    '',
    ...trading(profile),
  ].join('\n');
}

const indent = (text: string) => text.split('\n').map((line) => (line ? `  ${line}` : ''));

function claimTable(profile: Profile): string {
  const rows = deployedServices(profile).map(({ name, claim, address, hostPort, published }) => [
    name,
    String(claim.memory.limit),
    claim.memory.min.equals(claim.memory.max) ? 'fixed' : `${claim.memory.min} to ${claim.memory.max}`,
    claim.cpus.cores,
    claim.priority,
    claim.policy,
    address.toString(),
    published ? hostPort.number : '–',
  ]);
  return table(rows, ['service', 'memory', 'band', 'CPUs', 'priority', 'policy', 'address', 'port']);
}

/** Docker's memory as a bar: a letter a claim, largest first, `·` what is free, `░` the reserve. */
export function budgetBar({ memory, claims, claimed, free, reserve }: Budget): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const parts = [
    ...claims.map(({ service, limit }, index) => ({
      mark: letters[index % letters.length]!,
      size: limit,
      label: service,
    })),
    { mark: '·', size: free, label: 'free' },
    { mark: '░', size: reserve, label: 'reserve' },
  ];
  // Each part ends where its share of the whole ends, so that rounding never makes the bar longer or shorter.
  let sum = 0;
  let drawn = 0;
  const bar = parts.map(({ mark, size }) => {
    sum += size.bytes;
    const end = Math.round((sum / memory.bytes) * barWidth);
    const width = Math.max(0, end - drawn);
    drawn = Math.max(drawn, end);
    return mark.repeat(width);
  });
  const share = (size: MemorySize) => `${((size.bytes / memory.bytes) * 100).toFixed(1)} %`;
  const legend = parts.map(({ mark, size, label }) => [mark, label, size.toString(), share(size)]);
  return [`[${bar.join('')}] ${claimed} of ${memory} claimed`, table(legend, ['', 'part', 'memory', 'share'])].join(
    '\n',
  );
}

function trading({ trading: { session, poll, feed, instruments, accounts, venue } }: Profile): string[] {
  const speed =
    typeof feed.speed === 'number'
      ? `${feed.speed} times real time`
      : feed.speed === 'real'
        ? 'real time'
        : 'full speed';
  return [
    `Trading  session ${session}, ${feed.kind} feed of ${feed.instrument} from ${feed.file} at ${speed}, venue ${venue.name}, engines ${poll}`,
    '',
    ...indent(
      table(
        instruments.map(({ id, symbol, currency, tickSize }) => [id, symbol, currency, tickSize / 10_000]),
        ['row', 'instrument', 'currency', 'tick'],
      ),
    ),
    '',
    ...indent(
      table(
        accounts.map(({ name, currency, initialCash, limits }) => [
          name,
          `${initialCash.toLocaleString('en-US')} ${currency}`,
          limits.maxOrderQuantity,
          limits.maxOrderNotional,
          limits.maxPosition,
          `${limits.collarBasisPoints / 100} %`,
          limits.maxOrdersPerSecond,
        ]),
        ['account', 'cash', 'order', 'notional', 'position', 'collar', 'orders/s'],
      ),
    ),
  ];
}

/** A profile for programs: memory in bytes, CPUs as numbers, addresses as text. */
export function profileJson(profile: Profile): object {
  const budget = profileBudget(profile);
  const { docker, network, trading: section } = profile;
  return {
    name: profile.name,
    description: profile.description,
    file: profile.file,
    hash: profile.hash,
    project: profile.project,
    hardware: profile.hardware.model,
    docker: {
      memoryBytes: docker.memory.bytes,
      cpus: docker.cpus,
      reserveBytes: docker.reserve.bytes,
      poolBytes: docker.pool.bytes,
      sharedMemoryBytes: docker.sharedMemory.bytes,
    },
    budget: { claimedBytes: budget.claimed.bytes, freeBytes: budget.free.bytes },
    workload: { ...profile.workload, retention: profile.workload.retention.toString() },
    network: { ...network, subnet: network.subnet.toString(), gateway: network.gateway.toString() },
    images: profile.images,
    services: deployedServices(profile).map(({ name, claim, address, port, hostPort, published }) => ({
      name,
      memory: {
        minBytes: claim.memory.min.bytes,
        limitBytes: claim.memory.limit.bytes,
        maxBytes: claim.memory.max.bytes,
      },
      cpus: claim.cpus.cores,
      priority: claim.priority,
      policy: claim.policy,
      address: address.toString(),
      port: port.number,
      published: published ? `${profile.exposure.address}:${hostPort}` : null,
    })),
    trading: { ...section, limitsStaleAfter: section.limitsStaleAfter.toString() },
  };
}
