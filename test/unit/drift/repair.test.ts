import { repairLines, resultLine } from '../../../cli/output/repair';
import type { Manifest } from '../../../manifest';
import { type ContainerDetail, DockerClient, DockerReader } from '../../../operations/docker';
import { compareDocker } from '../../../operations/drift/docker';
import type { Finding, RepairAction } from '../../../operations/drift/finding';
import type { ObservedDocker } from '../../../operations/drift/observed';
import { carryOut, chosen, planRepair, rehearse, settled } from '../../../operations/drift/repair';
import { ChangingEngine } from './changing-engine';
import type { Writable } from './docker-engine';
import recorded from './recorded/ci.json';

const manifest = recorded.manifest as unknown as Manifest;
const network = 'nautilus-ci-network';
const MiB = 2 ** 20;

let engine: ChangingEngine;
let docker: DockerClient;
let reader: DockerReader;

beforeEach(async () => {
  engine = new ChangingEngine(structuredClone(recorded.observed) as unknown as Writable<ObservedDocker>);
  engine.foreignNetworks = [{ Id: 'b'.repeat(64), Name: 'bridge' }];
  await engine.start();
  docker = new DockerClient(engine.endpoint);
  reader = new DockerReader(engine.endpoint);
});
afterEach(() => engine.remove());

type Container = Writable<ContainerDetail>;
const the = (service: string): Container => engine.container(`nautilus-ci-${service}`);
const found = () => compareDocker(manifest, engine.state);
const plan = (findings: readonly Finding[] = found()) => planRepair(findings, manifest);
const writes = () => engine.requests.filter((request) => !request.startsWith('GET '));
const short = (requests: readonly string[]) =>
  engine.state.containers.reduce(
    (lines, { Id, Name }) => lines.map((line) => line.replace(Id, Name.slice('/nautilus-ci-'.length))),
    requests.map((request) => request.replace(/\/networks\/[0-9a-f]{64}/, '/networks/own')),
  );

/** What the settings layer finds, with a program that puts it right. */
const setting: Finding = {
  id: 'postgres/work_mem',
  service: 'postgres',
  kind: 'setting',
  what: 'work_mem',
  declared: '2 MiB',
  live: '64 MiB',
  cause: 'ALTER SYSTEM',
  repair: {
    command: "docker exec nautilus-ci-postgres psql -c 'ALTER SYSTEM RESET work_mem'",
    interrupts: 'nothing',
    action: { do: 'command', container: 'nautilus-ci-postgres', argv: ['psql', '-c', 'ALTER SYSTEM RESET work_mem'] },
  },
  layers: ['settings'],
};

const injections: Readonly<Record<string, () => void>> = {
  paused: () => Object.assign(the('postgres').State, { Status: 'paused' }),
  'killed for memory': () => {
    Object.assign(the('risk').State, { Status: 'exited', Pid: 0, ExitCode: 137, OOMKilled: true, Health: undefined });
    Object.assign(the('risk').HostConfig, { Memory: 64 * MiB, MemorySwap: 64 * MiB });
  },
  'out of its network': () => void delete the('risk').NetworkSettings.Networks[network],
  'at another address': () =>
    Object.assign(the('nginx').NetworkSettings.Networks[network]!, {
      IPAMConfig: null,
      IPAddress: '172.21.0.2',
      Aliases: ['cab12d792d54'],
    }),
  'in another network': () =>
    Object.assign(the('nginx').NetworkSettings.Networks, { bridge: { IPAddress: '172.17.0.2', Aliases: null } }),
  unhealthy: () =>
    Object.assign(the('nginx').State, { Health: { Status: 'unhealthy', FailingStreak: 5, Log: [{ ExitCode: 1 }] } }),
  'CPU shares': () => Object.assign(the('postgres').HostConfig, { CpuShares: 2 }),
};
const injectAll = () => {
  for (const inject of Object.values(injections)) inject();
};

describe('a plan', () => {
  test('limits and networks come first, then what sleeps is woken, then programs inside; databases before those who use them', () => {
    injectAll();
    expect(repairLines(plan([...found(), setting])).map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      'postgres/cpu-shares:  docker update --cpu-shares 1024 nautilus-ci-postgres  restarts nothing',
      'risk/memory:  docker update --memory 256m --memory-swap 256m nautilus-ci-risk  restarts nothing',
      'risk/network-missing:  docker network connect --alias risk --ip 172.21.0.32 nautilus-ci-network nautilus-ci-risk  restarts nothing',
      'nginx/network-address, nginx/network-alias:  docker network disconnect nautilus-ci-network nautilus-ci-nginx && docker network connect --alias nginx --ip 172.21.0.53 nautilus-ci-network nautilus-ci-nginx  interrupts the service',
      'postgres/paused:  docker unpause nautilus-ci-postgres  restarts nothing',
      'risk/stopped:  docker start nautilus-ci-risk  restarts nothing',
      'nginx/network-bridge:  docker network disconnect bridge nautilus-ci-nginx  restarts nothing',
      "postgres/work_mem:  docker exec nautilus-ci-postgres psql -c 'ALTER SYSTEM RESET work_mem'  restarts nothing",
      'nginx/unhealthy:  docker restart nautilus-ci-nginx  interrupts the service',
    ]);
  });

  test('address and names of one container are one step', () => {
    injections['at another address']!();
    const { steps } = plan();
    expect(steps.map(({ findings }) => findings.map(({ id }) => id))).toEqual([
      ['nginx/network-address', 'nginx/network-alias'],
    ]);
  });

  test('what takes another container names its command', () => {
    the('risk').Config.User = '0';
    expect(repairLines(plan())).toEqual([
      'not repaired here:',
      '  risk/user: docker rm --force nautilus-ci-risk && nautilus deploy --profile ci  (interrupts the service)',
    ]);
  });

  test('findings are chosen by name; one that nobody found is told with those that were', () => {
    injectAll();
    expect(chosen(found(), ['risk/memory']).map(({ id }) => id)).toEqual(['risk/memory']);
    expect(() => chosen(found(), ['risk/memory', 'risk/colour'])).toThrow(
      expect.objectContaining({ code: 'NAUT_FINDING_UNKNOWN', message: 'there is no finding "risk/colour"' }),
    );
  });
});

describe('a dry run', () => {
  test('sends GET and nothing else, for every action there is', async () => {
    injectAll();
    const all = plan([...found(), setting]);
    const kinds = new Set(all.steps.map(({ action }) => action.do));
    const every: RepairAction['do'][] = ['update', 'connect', 'unpause', 'start', 'disconnect', 'command', 'restart'];
    expect([...kinds].sort()).toEqual(every.sort());
    const results = await rehearse(reader, manifest, all);
    expect(results.map(({ outcome }) => outcome)).toEqual(all.steps.map(() => 'ready'));
    expect(engine.requests.length).toBeGreaterThan(all.steps.length);
    expect(writes()).toEqual([]);
  });

  test('tells what would be refused', async () => {
    injections['CPU shares']!();
    const all = plan();
    the('postgres').Config.Labels = {};
    const [result] = await rehearse(reader, manifest, all);
    expect(result).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/^NAUT_NOT_OURS/) });
    expect(writes()).toEqual([]);
  });
});

describe('carried out', () => {
  test('everything is put right, in the order of the plan, by the ids that were looked at', async () => {
    injectAll();
    const told: string[] = [];
    const results = await carryOut(docker, manifest, plan([...found(), setting]), (result) =>
      told.push(resultLine(result)),
    );
    await settled(docker, manifest, results);
    expect(told).toEqual([
      'done           postgres/cpu-shares',
      'done           risk/memory',
      'done           risk/network-missing',
      'done           nginx/network-address, nginx/network-alias',
      'done           postgres/paused',
      'done           risk/stopped',
      'done           nginx/network-bridge',
      'done           postgres/work_mem',
      'done           nginx/unhealthy',
    ]);
    expect(found()).toEqual([]);
    expect(short(writes())).toEqual([
      'POST /containers/postgres/update',
      'POST /containers/risk/update',
      'POST /networks/own/connect',
      'POST /networks/own/disconnect',
      'POST /networks/own/connect',
      'POST /containers/postgres/unpause',
      'POST /containers/risk/start',
      'POST /networks/bridge/disconnect',
      'POST /containers/postgres/exec',
      'POST /exec/e1/start',
      'POST /containers/nginx/restart',
    ]);
  });

  test('a second time there is nothing to do', async () => {
    for (const name of ['paused', 'in another network', 'out of its network'] as const) injections[name]!();
    const all = plan();
    await carryOut(docker, manifest, all);
    engine.requests.splice(0);
    const again = await carryOut(docker, manifest, all);
    expect(again.map(({ outcome }) => outcome)).toEqual(['needless', 'needless', 'needless']);
    expect(writes()).toEqual([]);
  });
});

describe('what is not ours is left alone', () => {
  const update = (container: string): Finding => ({
    ...setting,
    id: `${container}/memory`,
    repair: { ...setting.repair, action: { do: 'update', container, resources: { Memory: 1 } } },
  });

  const refused = async (finding: Finding) => {
    const [result] = await carryOut(docker, manifest, plan([finding]));
    expect(writes()).toEqual([]);
    return result;
  };

  test('a container with our name and without our label', async () => {
    the('risk').Config.Labels = { 'io.nautilus.project': 'somebody' };
    expect(await refused(update('nautilus-ci-risk'))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/^NAUT_NOT_OURS/),
    });
  });

  test('a container with our label that nothing declares', async () => {
    the('risk').Name = '/nautilus-ci-debug';
    expect(await refused(update('nautilus-ci-debug'))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/^NAUT_NOT_OURS/),
    });
  });

  test('a network of the platform’s name without its label', async () => {
    injections['out of its network']!();
    const [disconnected] = found();
    engine.state.networks[0]!.Labels = {};
    expect(await refused(disconnected!)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/^NAUT_NOT_OURS {2}network/),
    });
  });

  test('whoever took the name after the look is not written to: the write goes to an id', async () => {
    injections['CPU shares']!();
    const all = plan();
    engine.before = (request) => {
      if (request.startsWith('POST')) the('postgres').Id = 'e'.repeat(64);
    };
    const [result] = await carryOut(docker, manifest, all);
    expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/No such container/) });
    expect(the('postgres').HostConfig.CpuShares).toBe(2);
  });
});

describe('faults', () => {
  test('a limit below what is used is refused before the kernel kills for it', async () => {
    Object.assign(the('risk').HostConfig, { Memory: 512 * MiB, MemorySwap: 512 * MiB });
    engine.memoryUsed = 300 * MiB;
    const [result] = await carryOut(docker, manifest, plan());
    expect(result).toMatchObject({ outcome: 'refused' });
    expect(result?.reason).toMatch(/^NAUT_MEMORY_IN_USE {2}nautilus-ci-risk uses 300 MiB .* more than the 256 MiB/);
    engine.memoryUsed = 200 * MiB;
    expect(await carryOut(docker, manifest, plan())).toMatchObject([{ outcome: 'done' }]);
  });

  test('an address that somebody else has is told, and the container stays where it is', async () => {
    injections['at another address']!();
    const [own] = Object.values(engine.state.networks[0]!.Containers!);
    engine.state.networks[0]!.Containers = {
      ['a'.repeat(64)]: { ...own!, Name: 'other', IPv4Address: '172.21.0.53/16' },
    };
    const [result] = await carryOut(docker, manifest, plan());
    expect(result).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/^NAUT_ADDRESS_TAKEN {2}other has the address/),
    });
    expect(writes()).toEqual([]);
  });

  test('a container that vanished in between is told, and the others are put right', async () => {
    injections['CPU shares']!();
    injections['killed for memory']!();
    const all = plan();
    engine.vanish('nautilus-ci-risk');
    const results = await carryOut(docker, manifest, all);
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'refused', 'refused']);
    expect(results[1]?.reason).toBe('NAUT_VANISHED  container nautilus-ci-risk is not there any more');
  });

  test('a program that fails says why', async () => {
    engine.program = [2, 'psql: error\nFATAL: no\n'];
    const [result] = await carryOut(docker, manifest, plan([setting]));
    expect(result).toMatchObject({ outcome: 'failed', reason: 'psql ended with 2: FATAL: no' });
  });

  test('an engine that goes away in the middle: what is not known is said, the rest is not tried', async () => {
    injectAll();
    const all = plan();
    engine.before = (request) => {
      if (request.endsWith('/unpause')) engine.stop();
    };
    const results = await carryOut(docker, manifest, all);
    const outcomes = results.map(({ outcome }) => outcome);
    const cut = outcomes.indexOf('failed');
    expect(all.steps[cut]?.action.do).toBe('unpause');
    expect(outcomes.slice(0, cut)).toEqual(Array(cut).fill('done'));
    expect(results[cut]?.reason).toMatch(/does not answer: .*; whether it was done, the next look tells$/);
    for (const { outcome, reason } of results.slice(cut + 1)) {
      expect(outcome).toBe('failed');
      expect(reason).toBe('not tried: the engine does not answer');
    }
  });
});
