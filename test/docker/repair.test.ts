import { labels, loadProfile } from '../../config';
import type { ManifestService } from '../../manifest';
import { DockerClient, DockerReader, findDockerEndpoint } from '../../operations/docker';
import type { Finding, RepairAction } from '../../operations/drift/finding';
import { carryOut, planRepair, rehearse } from '../../operations/drift/repair';
import { eventually } from '../support/eventually';
import { manifestOf } from '../unit/drift/manifest';
import { EngineProxy } from './engine-proxy';
import { docker, missingForOneByOne } from './one-container';

const image = loadProfile('ci').images.redis;
const missing = missingForOneByOne([image]);
const endpoint = findDockerEndpoint(process.env);
if (missing) process.stderr.write(`repairs cannot be tried here: ${missing}\n`);
const rung = missing === undefined && endpoint?.kind === 'unix' ? describe : describe.skip;
jest.setTimeout(120_000);

const project = 'nautilus-repair';
const name = `${project}-one`;
const network = `${project}-network`;
const other = `${project}-other`;
const address = '10.213.77.10';
const MiB = 2 ** 20;
const manifest = manifestOf({
  project,
  network: { ...manifestOf().network, name: network },
  services: [{ name: 'one', container: name, stack: 'foundation' } as ManifestService],
});

/** A finding whose repair is the action. */
const finding = (action: RepairAction, index = 0): Finding => ({
  id: `one/${action.do}-${index}`,
  service: 'one',
  kind: action.do,
  what: action.do,
  declared: '',
  live: '',
  repair: { command: '', interrupts: 'nothing', action },
  layers: ['docker'],
});

const update = (mebibytes: number): RepairAction => ({
  do: 'update',
  container: name,
  resources: { Memory: mebibytes * MiB, MemorySwap: mebibytes * MiB, CpuShares: 512 },
});
const connect: RepairAction = { do: 'connect', container: name, network, address, aliases: ['one'], leave: false };
const every: readonly RepairAction[] = [
  update(96),
  connect,
  { do: 'unpause', container: name },
  { do: 'start', container: name },
  { do: 'disconnect', container: name, network: other },
  { do: 'command', container: name, argv: ['sh', '-c', 'echo done >/tmp/repaired'] },
  { do: 'restart', container: name },
];

rung('a repair on Docker', () => {
  const proxy = new EngineProxy(endpoint?.kind === 'unix' ? endpoint.socketPath : '');
  const through = { kind: 'unix', socketPath: `${proxy.folder}/docker.sock` } as const;
  const client = new DockerClient(through);

  const remove = (container: string) => docker('rm', '--force', '--volumes', container);
  const inspect = (format: string) => docker('inspect', '--format', format, name);
  /** A container that does something; with our label unless told otherwise. */
  const run = (script = 'exec sleep 600', project_ = project) =>
    docker(
      ...['run', '--detach', '--init', '--name', name, '--label', `${labels.project}=${project_}`],
      ...['--network', network, '--ip', address, '--network-alias', 'one'],
      ...['--memory', '96m', '--memory-swap', '96m', '--cpu-shares', '512', '--entrypoint', 'sh', image, '-c', script],
    );
  const repair = (...actions: readonly RepairAction[]) =>
    carryOut(client, manifest, planRepair(actions.map(finding), manifest));
  const writes = () => proxy.requests.filter((request) => !request.startsWith('GET '));

  const removeAll = () => {
    for (const id of docker('ps', '--all', '--quiet', '--filter', `name=${project}-`).split('\n').filter(Boolean))
      remove(id);
    for (const id of docker('network', 'ls', '--quiet', '--filter', `name=${project}-`).split('\n').filter(Boolean))
      docker('network', 'rm', id);
  };
  beforeAll(async () => {
    removeAll();
    docker('network', 'create', '--subnet', '10.213.77.0/24', '--label', `${labels.project}=${project}`, network);
    docker('network', 'create', '--subnet', '10.213.78.0/24', other);
    await proxy.resume();
  });
  beforeEach(() => proxy.requests.splice(0));
  afterEach(() => void remove(name));
  afterAll(() => {
    removeAll();
    proxy.remove();
  });

  test('a limit that was lowered is raised, swap with it, while the container runs on', async () => {
    run();
    const started = inspect('{{.State.StartedAt}}');
    docker('update', '--memory', '32m', '--memory-swap', '32m', '--cpu-shares', '2', name);
    expect(await repair(update(96))).toMatchObject([{ outcome: 'done' }]);
    expect(inspect('{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.CpuShares}}')).toBe(
      `${96 * MiB} ${96 * MiB} 512`,
    );
    expect(inspect('{{.State.StartedAt}}')).toBe(started);
  });

  test('a limit below what is used at the moment is refused, and nothing is killed', async () => {
    // tail keeps what nobody reads.
    run('head -c 60000000 /dev/zero | tail -c 60000000 | sleep 600');
    docker('update', '--memory', '256m', '--memory-swap', '256m', name);
    await eventually('60 MB are used', async () => {
      const { memory_stats: memory } = await client.get<{ memory_stats: { usage: number } }>(
        `/containers/${name}/stats`,
        { stream: false, 'one-shot': true },
      );
      return memory.usage > 60_000_000 || undefined;
    });
    const [result] = await repair(update(32));
    expect(result).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/^NAUT_MEMORY_IN_USE/) });
    expect(inspect('{{.State.Running}} {{.State.OOMKilled}} {{.HostConfig.Memory}}')).toBe(`true false ${256 * MiB}`);
  });

  test('a paused container goes on; one that stopped is started with its limits and its network', async () => {
    run();
    docker('pause', name);
    expect(await repair({ do: 'unpause', container: name })).toMatchObject([{ outcome: 'done' }]);
    expect(inspect('{{.State.Status}}')).toBe('running');
    docker('kill', name);
    docker('update', '--memory', '8m', '--memory-swap', '8m', name);
    docker('network', 'disconnect', network, name);
    const results = await repair({ do: 'start', container: name }, connect, update(96));
    expect(results.map(({ step }) => step.action.do)).toEqual(['update', 'connect', 'start']);
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
    expect(inspect(`{{.State.Status}} {{(index .NetworkSettings.Networks "${network}").IPAddress}}`)).toBe(
      `running ${address}`,
    );
  });

  test('a container gets its address and names back, and leaves what is not its own', async () => {
    run();
    docker('network', 'disconnect', network, name);
    docker('network', 'connect', '--ip', '10.213.77.99', network, name);
    docker('network', 'connect', other, name);
    const leave: RepairAction = { ...connect, leave: true };
    expect(await repair({ do: 'disconnect', container: name, network: other }, leave)).toMatchObject([
      { outcome: 'done' },
      { outcome: 'done' },
    ]);
    const networks = JSON.parse(inspect('{{json .NetworkSettings.Networks}}')) as Record<string, object>;
    expect(Object.keys(networks)).toEqual([network]);
    expect(networks[network]).toMatchObject({ IPAddress: address, Aliases: expect.arrayContaining(['one']) });
  });

  test('an address that somebody else has is not fought for', async () => {
    run();
    docker('network', 'disconnect', network, name);
    const thief = `${project}-thief`;
    docker(
      'run',
      '--detach',
      '--name',
      thief,
      '--network',
      network,
      '--ip',
      address,
      '--entrypoint',
      'sleep',
      image,
      '60',
    );
    try {
      const [result] = await repair(connect);
      expect(result).toMatchObject({
        outcome: 'refused',
        reason: expect.stringMatching(/^NAUT_ADDRESS_TAKEN .*thief/),
      });
      expect(writes()).toEqual([]);
    } finally {
      remove(thief);
    }
  });

  test('a program runs inside, and its failure is told in its words', async () => {
    run();
    const command = (script: string): RepairAction => ({ do: 'command', container: name, argv: ['sh', '-c', script] });
    expect(await repair(command('echo done >/tmp/repaired'))).toMatchObject([{ outcome: 'done' }]);
    expect(docker('exec', name, 'cat', '/tmp/repaired')).toBe('done');
    expect(await repair(command('echo ERROR: no such setting >&2; exit 3'))).toMatchObject([
      { outcome: 'failed', reason: 'sh ended with 3: ERROR: no such setting' },
    ]);
  });

  test('a dry run of every action sends GET and nothing else, and what it looked at is as before', async () => {
    run();
    docker('pause', name);
    docker('network', 'connect', other, name);
    const before = docker('inspect', name);
    const results = await rehearse(new DockerReader(through), manifest, planRepair(every.map(finding), manifest));
    expect(results.map(({ step }) => step.action.do)).toEqual(every.map((action) => action.do));
    expect(results.filter(({ outcome }) => outcome === 'failed' || outcome === 'refused')).toEqual([]);
    expect(proxy.requests.length).toBeGreaterThanOrEqual(every.length);
    expect(writes()).toEqual([]);
    expect(docker('inspect', name)).toBe(before);
  });

  test('a container that has our name and not our label is left alone by every action', async () => {
    run(undefined, 'somebody');
    docker('pause', name);
    const before = docker('inspect', name);
    const results = await repair(...every);
    expect(results.map(({ outcome }) => outcome)).toEqual(every.map(() => 'refused'));
    expect(writes()).toEqual([]);
    expect(docker('inspect', name)).toBe(before);
  });

  test('a container that is replaced between the look and the write is not written to', async () => {
    run();
    docker('pause', name);
    proxy.before = (request) => {
      if (!request.includes('/unpause')) return;
      remove(name);
      run(undefined, 'somebody');
      docker('pause', name);
    };
    const [result] = await repair({ do: 'unpause', container: name });
    proxy.before = () => undefined;
    expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/No such container/) });
    expect(inspect('{{.State.Status}}')).toBe('paused');
  });

  test('a container that is gone is told', async () => {
    run();
    remove(name);
    expect(await repair({ do: 'start', container: name })).toMatchObject([
      { outcome: 'refused', reason: `NAUT_VANISHED  container ${name} is not there any more` },
    ]);
    run();
  });

  test('Docker gone in the middle: what was done is told, the rest is not tried', async () => {
    run();
    docker('pause', name);
    proxy.before = (request) => {
      if (request.includes('/unpause')) proxy.cut();
    };
    const results = await repair(update(64), { do: 'unpause', container: name }, { do: 'restart', container: name });
    proxy.before = () => undefined;
    await proxy.resume();
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'failed', 'failed']);
    expect(results[2]?.reason).toBe('not tried: the engine does not answer');
    expect(inspect('{{.State.Status}}')).toBe('paused');
  });
});
