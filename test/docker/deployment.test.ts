import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { services as catalogue, labels } from '../../config';
import { ruleGroups, shownExpressions } from '../../constructs';
import type { LiveReading } from '../../operations/live';
import type { Verification } from '../../operations/verify';
import { eventually } from '../support/eventually';
import { everyMetricIn } from '../support/promql';
import { missingForDeployment } from './missing';
import { DeployedPlatform, root, writeTestProfile } from './platform';
import { findLeaks } from './support/leaks';

const profileFile = writeTestProfile();
const missing = missingForDeployment(profileFile);
const rung = missing.length === 0 ? describe : describe.skip;
const removeProfile = () => fs.rmSync(path.dirname(profileFile), { recursive: true });
if (missing.length > 0) {
  process.stderr.write(`the Docker rung cannot run here: ${missing.join('; ')}\n`);
  removeProfile();
}

jest.setTimeout(600_000);

interface Order {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly status: string;
  readonly filledQuantity: number;
}

/** One platform lives through these tests, in their order. */
rung('a platform on a real Docker engine', () => {
  let platform: DeployedPlatform;
  /** What is deployed: the whole catalogue, Grafana only where its image can be had. */
  let services: string[];
  const order = {
    clientOrderId: `docker-${randomUUID()}`,
    account: 'main',
    symbol: 'AAPL',
    side: 'buy',
    quantity: 100,
    type: 'market',
  };

  beforeAll(async () => {
    platform = new DeployedPlatform(profileFile);
    await platform.succeeds('destroy', '--yes', '--volumes');
    const grafana = await platform.docker.hasImage(platform.profile.images.grafana);
    services = catalogue
      .map(({ name }) => name as string)
      .filter((name) => name !== 'grafana' || grafana)
      .sort();
    if (!grafana) process.stderr.write('Grafana is left out: its image is not on this machine\n');
  });
  afterAll(async () => {
    await platform.nautilus('destroy', '--yes', '--volumes');
    removeProfile();
  });

  test('without --yes and without a terminal nothing is done', async () => {
    const { code, stderr } = await platform.nautilus('deploy');
    expect(code).toBe(1);
    expect(stderr).toContain('NAUT_CONFIRMATION_NEEDED');
    expect(await platform.traces()).toEqual([]);
  });

  test('a deployment ends with every container healthy and named by its label', async () => {
    const { stdout } = await platform.succeeds('deploy', '--yes', '--json');
    const deployed = JSON.parse(stdout) as { services: { name: string; state: string; container: string }[] };
    expect(deployed.services.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(
      services.map((name) => `${name} healthy`),
    );
    for (const { name, container } of deployed.services) {
      const { Config, State } = await platform.docker.container(container);
      expect([Config.Labels?.[labels.service], State.Health?.Status]).toEqual([name, 'healthy']);
    }
  });

  test('nothing differs afterwards', async () => {
    const { code, stdout } = await platform.nautilus('diff', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ differs: false });
    expect(code).toBe(0);
  });

  test('packets between containers may have 9000 bytes', async () => {
    for (const service of services)
      expect([service, await platform.inside(service, 'cat /sys/class/net/eth0/mtu')]).toEqual([service, '9000']);
  });

  test('every declared setting is read back equal from the running servers', async () => {
    const { stdout } = await platform.nautilus('tune', 'live', '--json');
    const { readings } = JSON.parse(stdout) as { readings: LiveReading[] };
    const applicable = readings.filter(({ verdict }) => verdict !== 'absent');
    const rest = applicable.filter(({ verdict }) => verdict !== 'equal');
    const equal = applicable.length - rest.length;
    process.stderr.write(`${equal} of ${applicable.length} settings read back as declared\n`);
    expect(
      rest.map(({ service, expectation: { setting, value }, verdict, live, reason }) =>
        [service, setting, verdict, value, live ?? reason].join(' '),
      ),
    ).toEqual([]);
    expect(new Set(readings.map(({ service }) => service)).size).toBe(services.length);
  });

  test('no container runs as root, has a capability, a writable root or an unbounded log', async () => {
    const { suppressions } = platform.manifest().security;
    process.stderr.write(`suppressions: ${JSON.stringify(suppressions)}\n`);
    expect(suppressions.map(({ container, rule }) => `${container} ${rule}`)).toEqual(['secrets NAUT_RULE_HEALTH']);
    for (const service of services) {
      const probe = await platform.inside(
        service,
        'id -u; touch /usr/probe 2>/dev/null && echo written || echo refused; grep CapEff /proc/1/status',
      );
      const [uid, writing, capabilities] = probe.split('\n');
      expect([service, uid === '0', writing, capabilities?.split('\t')[1]]).toEqual([
        service,
        false,
        'refused',
        '0000000000000000',
      ]);
      const name = `${platform.profile.project}-${service}`;
      const { HostConfig } = await platform.docker.container(name);
      expect(HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        Privileged: false,
        MemorySwap: HostConfig.Memory,
        CapDrop: ['ALL'],
        LogConfig: { Type: 'json-file', Config: { 'max-size': expect.any(String), 'max-file': expect.any(String) } },
      });
    }
  });

  test('no secret is in a state, an image, an environment, a log or a process list', async () => {
    const secrets = await platform.filesOfVolume(`${platform.profile.project}-secrets`);
    expect(Object.keys(secrets).length).toBeGreaterThan(8);
    expect(
      await findLeaks({
        docker: platform.docker,
        project: platform.profile.project,
        secrets,
        folders: [path.join(root, '.nautilus', platform.profile.name)],
        layers: true,
      }),
    ).toEqual([]);
  });

  test('an order over REST is filled and becomes a position; sent twice, it exists once', async () => {
    const [first, second] = [await platform.post('oms', 'orders', order), await platform.post('oms', 'orders', order)];
    expect(first.ok).toBe(true);
    expect(second.status).toBeLessThan(500);
    const filled = await eventually('the order is filled', async () => {
      const seen = await platform.get<Order>('oms', `orders/${order.clientOrderId}`);
      return seen.status === 'filled' ? seen : undefined;
    });
    expect(filled.filledQuantity).toBe(order.quantity);
    const { orders } = await platform.get<{ orders: Order[] }>('oms', 'orders');
    expect(orders.map(({ clientOrderId }) => clientOrderId)).toEqual([order.clientOrderId]);
    const position = await eventually('the position', async () => {
      const seen = await platform.get<{ quantity: number }>('pms', 'positions/main/AAPL');
      return seen.quantity !== 0 ? seen : undefined;
    });
    expect(position.quantity).toBe(order.quantity);
  });

  test('every metric that a rule or a dashboard asks for is there', async () => {
    const { project, services: declared } = platform.profile;
    const url = `http://127.0.0.1:${declared.prometheus!.port}/api/v1`;
    const ask = async <T>(route: string) =>
      (JSON.parse(await platform.inside('prometheus', `wget -q -O - '${url}/${route}'`)) as { data: T }).data;
    const targets = await eventually('every target is read', async () => {
      const { activeTargets } = await ask<{ activeTargets: { health: string; labels: { service: string } }[] }>(
        'targets',
      );
      return activeTargets.every(({ health }) => health === 'up') ? activeTargets : undefined;
    });
    expect(targets.length).toBeGreaterThanOrEqual(services.length - 3);

    const expressions = [
      ...shownExpressions(platform.profile).map(({ expression }) => expression),
      ...ruleGroups(platform.profile).flatMap(({ records, alerts }) =>
        [...records, ...alerts].map(({ expression }) => expression),
      ),
    ];
    const wanted = new Set(expressions.flatMap((expression) => everyMetricIn(expression)));
    // Prometheus makes it itself, and only while something is an alarm.
    wanted.delete('ALERTS');
    const absent = await eventually('every metric is there', async () => {
      const known = new Set(await ask<string[]>('label/__name__/values'));
      const missing = [...wanted].filter((metric) => !known.has(metric));
      return missing.length === 0 ? missing : undefined;
    }).catch(async () => {
      const known = new Set(await ask<string[]>('label/__name__/values'));
      return [...wanted].filter((metric) => !known.has(metric));
    });
    process.stderr.write(`${project}: ${expressions.length} expressions over ${wanted.size} metrics\n`);
    expect(absent).toEqual([]);
  });

  test('the gateway is the way in: TLS of the platform’s authority, viewers look, traders trade', async () => {
    const secrets = await platform.filesOfVolume(`${platform.profile.project}-secrets`);
    const ask = (user: string, method: string) =>
      platform.throughGateway({
        authority: secrets['authority.crt']!,
        user,
        password: secrets[`gateway-${user}-password`]!.trim(),
        method,
        path: '/api/v1/orders',
        body: method === 'POST' ? { ...order, clientOrderId: `gateway-${randomUUID()}` } : undefined,
      });
    expect(await ask('viewer', 'GET')).toBe(200);
    expect(await ask('viewer', 'POST')).toBe(403);
    expect(await ask('trader', 'POST')).toBe(201);
    await eventually('its fill is in the position', async () => {
      const { quantity } = await platform.get<{ quantity: number }>('pms', 'positions/main/AAPL');
      return quantity === 2 * order.quantity ? quantity : undefined;
    });
  });

  test('everything that the requirements verify is green, and leaves the position as it was', async () => {
    const position = () => platform.get<{ quantity: number }>('pms', 'positions/main/AAPL');
    const before = await position();
    const { code, stdout } = await platform.nautilus('verify', '--json');
    const { checks, counts } = JSON.parse(stdout) as Verification;
    expect(checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown')).toEqual([]);
    expect([code, counts.pass > 95]).toEqual([0, true]);
    expect((await position()).quantity).toBe(before.quantity);
  });

  test('a limit changed by hand is a difference, and a deployment restores it without a restart', async () => {
    const name = `${platform.profile.project}-risk`;
    const before = await platform.docker.container(name);
    const half = before.HostConfig.Memory / 2;
    await platform.docker.post(`/containers/${name}/update`, { Memory: half, MemorySwap: half });
    const { code, stdout } = await platform.nautilus('diff');
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /~ risk +changed in place: nothing stops\n +memory limit .* \(changed since it was deployed\)/,
    );
    await platform.succeeds('deploy', '--yes');
    const after = await platform.docker.container(name);
    expect(after.HostConfig.Memory).toBe(before.HostConfig.Memory);
    expect([after.Id, after.State.StartedAt]).toEqual([before.Id, before.State.StartedAt]);
  });

  test('an image that was replaced under our tag is built again before a container is made of it', async () => {
    const { docker, profile } = platform;
    const [service, other] = ['analytics', profile.images.redis];
    const name = `${profile.project}-${service}`;
    const { image } = platform.manifest().services.find((one) => one.name === service)!;
    const [repo = '', tag = ''] = image.split(':');
    const before = await platform.containerIds();
    await docker.post(`/images/${encodeURIComponent(other)}/tag`, undefined, { repo, tag });
    const { stderr } = await platform.succeeds('deploy', '--yes');
    expect(stderr).toContain(`image ${image} was replaced under its tag, it is ${other}`);
    const { Image, Config } = await docker.container(name);
    expect(Config.Labels?.[labels.content]?.slice(0, 12)).toBe(tag);
    const [ours, theirs] = await Promise.all(
      [image, other].map((one) => docker.get<{ Id: string }>(`/images/${encodeURIComponent(one)}/json`)),
    );
    expect([Image === ours!.Id, Image === theirs!.Id]).toEqual([true, false]);
    const after = await platform.containerIds();
    expect(Object.keys(after).filter((one) => after[one] !== before[one])).toEqual([service]);
  });

  test('a changed engine replaces its container and no other, and its old image goes', async () => {
    const bundle = path.join(root, 'dist', 'engines', 'risk.js');
    const original = fs.readFileSync(bundle);
    const before = await platform.containerIds();
    try {
      fs.appendFileSync(bundle, '\n// changed\n');
      await platform.succeeds('deploy', '--yes');
      const after = await platform.containerIds();
      expect(Object.keys(after).filter((service) => after[service] !== before[service])).toEqual(['risk']);
      const images = (await platform.traces()).filter((trace) =>
        trace.startsWith(`image ${platform.profile.project}/risk`),
      );
      expect(images).toHaveLength(1);
    } finally {
      fs.writeFileSync(bundle, original);
    }
  });

  test('destroyed, nothing but the data volumes is left', async () => {
    await platform.succeeds('destroy', '--yes');
    const left = await platform.traces();
    expect(left.filter((trace) => !trace.startsWith('volume '))).toEqual([]);
    expect(left).toContain(`volume ${platform.profile.project}-oms-data`);
    expect(left).not.toContain(`volume ${platform.profile.project}-shared-memory`);
  });

  test('deployed again, it finds its data: the order in the journal, in the database and in the position', async () => {
    await platform.succeeds('deploy', '--yes');
    expect(await platform.running()).toEqual(services);
    const seen = await platform.get<Order>('oms', `orders/${order.clientOrderId}`);
    expect(seen).toMatchObject({
      clientOrderId: order.clientOrderId,
      status: 'filled',
      filledQuantity: order.quantity,
    });
    expect(await platform.get('pms', 'positions/main/AAPL')).toMatchObject({ quantity: 2 * order.quantity });
    const stored = await eventually('the order is in the database', async () => {
      const rows = await platform.inside(
        'postgres',
        `psql --no-psqlrc --tuples-only --no-align --username nautilus --dbname nautilus --command "SELECT row_to_json(o) FROM trading.orders o"`,
      );
      return rows.includes(order.clientOrderId) ? rows : undefined;
    });
    expect(stored.split(order.clientOrderId)).toHaveLength(2);
  });

  test('destroyed with its volumes, nothing is left', async () => {
    const { stderr } = await platform.succeeds('destroy', '--yes', '--volumes');
    expect(stderr).toContain('nothing is left');
    expect(await platform.traces()).toEqual([]);
  });
});
