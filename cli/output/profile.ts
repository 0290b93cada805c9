import { deployedServices, filesOf, type Profile, profileBudget } from '@nautilus/config';
import { budgetTable, cpuBar, memoryBar, type WorstCases } from './budget';
import { table } from './table';

/** A profile as a person reads it: where it runs, who claims what, and what is traded. */
export function profileText(profile: Profile, worstCases?: WorstCases): string {
  const budget = profileBudget(profile);
  return [
    `${profile.name}: ${profile.description}`,
    `  file ${profile.file}`,
    `  hash ${profile.hash.slice(0, 12)}`,
    '',
    `Docker  ${profile.docker.memory} and ${profile.docker.cpus} CPUs; ${budget.reserve} stay free for its VM, ${budget.pool} are for the platform`,
    '',
    ...indent(memoryBar(budget)),
    ...indent(cpuBar(budget)),
    '',
    ...indent(budgetTable(profile, budget, worstCases)),
    '',
    `Network  ${profile.network.name}: ${profile.network.subnet}, MTU ${profile.network.mtu}, bridge ${profile.network.bridgeName}`,
    '',
    ...indent(endpointTable(profile)),
    '',
    ...trading(profile),
  ].join('\n');
}

const indent = (text: string) => text.split('\n').map((line) => (line ? `  ${line}` : ''));

function endpointTable(profile: Profile): string {
  const rows = deployedServices(profile).map(({ name, address, endpoints, published }) => [
    name,
    address.toString(),
    endpoints.map(({ port }) => port.number).join(', '),
    published ? endpoints.map(({ hostPort }) => `${profile.exposure.address}:${hostPort}`).join(', ') : '–',
  ]);
  return table(rows, ['service', 'address', 'listens', 'published']);
}

function describe(feed: Profile['trading']['feeds'][number]): string {
  const of = feed.kind === 'lobster' ? feed.instrument : (feed.instruments?.join(', ') ?? 'all instruments');
  const files = filesOf(feed).map(([, file]) => file);
  return `         ${feed.kind} feed of ${of}${files.length > 0 ? ` from ${files.join(', ')}` : ''}`;
}

function trading({ trading: { session, poll, feeds, speed, instruments, accounts, venues } }: Profile): string[] {
  const pace = typeof speed === 'number' ? `${speed} times real time` : speed === 'real' ? 'real time' : 'full speed';
  return [
    `Trading  session ${session} at ${pace}`,
    ...feeds.map(describe),
    `         venues ${venues.map(({ name }) => name).join(', ')}; engines ${poll}`,
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
export function profileJson(profile: Profile, worstCases: WorstCases = new Map()): object {
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
    budget: {
      claimedBytes: budget.claimed.bytes,
      freeBytes: budget.free.bytes,
      cpusPromised: budget.cpus.promised,
      cpusAllowed: budget.cpus.allowed,
    },
    workload: { ...profile.workload, retention: profile.workload.retention.toString() },
    network: { ...network, subnet: network.subnet.toString(), gateway: network.gateway.toString() },
    images: profile.images,
    services: deployedServices(profile).map(({ name, claim, address, port, hostPort, published }) => ({
      name,
      memory: {
        minBytes: claim.memory.min.bytes,
        limitBytes: claim.memory.limit.bytes,
        maxBytes: claim.memory.max.bytes,
        worstCaseBytes: worstCases.get(name) ?? null,
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
