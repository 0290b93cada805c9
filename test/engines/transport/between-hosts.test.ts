/** Two hosts, each with a shared memory of its own: market data, limits and orders on one, execution on the other, a NATS server between them. */
import fs from 'node:fs';
import path from 'node:path';
import {
  type EngineName,
  engineSettings,
  installationRoot,
  loadProfile,
  localPlacement,
  orderPath,
  type Profile,
  secretFiles,
} from '@nautilus/config';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/free-port';
import { bundle, EngineProcess, scratchDirectory } from '../engine-process';
import { NatsServer, natsInstalled } from './nats-server';

jest.setTimeout(120_000);

const user = 'nautilus';
const password = 'a password of the broker';

const here = natsInstalled('engines on two hosts');

(here ? describe : describe.skip)('engines on two hosts', () => {
  const scratch = scratchDirectory('hosts');
  const ports = new Map<EngineName, number>();
  const bundles = new Map<EngineName, string>();
  const running = new Map<EngineName, EngineProcess>();
  let server: NatsServer;

  /** A host's profile: what runs there, and where the others are. */
  function profileOf(host: string, names: readonly EngineName[], servers: string): Profile {
    const away = orderPath.filter((name) => !names.includes(name));
    const profile = {
      name: host,
      extends: path.join(installationRoot(), 'config', 'profiles', 'laptop.yaml'),
      description: 'a host of the test',
      project: 'nautilus-hosts',
      services: Object.fromEntries(away.map((name) => [name, null])),
      transport: {
        kind: 'nats',
        servers: [servers],
        user,
        elsewhere: Object.fromEntries(away.map((name) => [name, `http://127.0.0.1:${ports.get(name)}`])),
      },
      trading: { speed: 50 },
      journals: { oms: { snapshotRecords: 1 } },
    };
    const file = path.join(scratch.path, `${host}.yaml`);
    fs.writeFileSync(file, JSON.stringify(profile));
    return loadProfile(file);
  }

  function start(
    host: string,
    name: EngineName,
    names: readonly EngineName[],
    servers = server.address,
    port = ports.get(name),
  ): EngineProcess {
    const directory = path.join(scratch.path, host);
    const secrets = path.join(directory, 'secrets');
    const placement = localPlacement(profileOf(host, names, servers), {
      dataDirectory: path.join(directory, 'data'),
      sharedMemory: path.join(directory, 'rings'),
      secrets,
      ports: { ...Object.fromEntries(ports), [name]: port },
    });
    const settings = engineSettings(profileOf(host, names, servers), name, placement);
    return new EngineProcess(bundles.get(name)!, settings, directory);
  }

  const keepPassword = (host: string, text: string) => {
    const secrets = path.join(scratch.path, host, 'secrets');
    fs.mkdirSync(secrets, { recursive: true });
    fs.writeFileSync(path.join(secrets, secretFiles.broker), text, { mode: 0o600 });
  };

  beforeAll(async () => {
    for (const name of orderPath) bundles.set(name, bundle(`engines/${name}/main.ts`, scratch.path));
    for (const name of orderPath) ports.set(name, await freePort());
    server = await NatsServer.start({ user, password });
  });

  afterAll(async () => {
    for (const engine of running.values()) engine.signal('SIGKILL');
    await Promise.all([...running.values()].map(({ ended }) => ended));
    await server.remove();
    scratch.remove();
  });

  const metric = async (name: EngineName, metric: string): Promise<number> => {
    const text = (await running.get(name)!.get('/metrics')).body as string;
    const line = text.split('\n').find((candidate) => candidate.startsWith(metric));
    if (line === undefined) throw new Error(`${name} has no ${metric}`);
    return Number(line.slice(line.lastIndexOf(' ')));
  };

  const desk = ['risk', 'marketdata', 'oms', 'pms'] as const;
  /** What positions must come to. */
  let shares = 0;
  const position = async () =>
    ((await running.get('pms')!.get('/api/v1/positions/main/AAPL')).body as { quantity: number }).quantity;

  const order = async (clientOrderId: string) => {
    const algorithm = { kind: 'twap', durationSeconds: 100, slices: 10 };
    const body = {
      clientOrderId,
      account: 'main',
      symbol: 'AAPL',
      side: 'buy',
      quantity: 500,
      type: 'market',
      algorithm,
    };
    const answer = await running.get('oms')!.request('POST', '/api/v1/orders', body);
    expect(answer).toMatchObject({ status: 201, body: { clientOrderId } });
    return (answer.body as { orderId: number }).orderId;
  };
  const stateOf = async (orderId: number) =>
    (await running.get('oms')!.get(`/api/v1/orders/${orderId}`)).body as { status: string; filledQuantity: number };

  test('a broker that is killed while an order is worked, and comes back, loses nothing', async () => {
    for (const host of ['desk', 'venue']) keepPassword(host, `${password}\n`);
    for (const name of desk) running.set(name, start('desk', name, desk));
    running.set('ems', start('venue', 'ems', ['ems']));
    await Promise.all([...running.values()].map((engine) => engine.answers()));
    expect(fs.readdirSync(path.join(scratch.path, 'venue', 'rings'))).toEqual([]);

    await eventually(
      'the market moves',
      async () => (await metric('marketdata', 'nautilus_marketdata_events')) > 0 || undefined,
    );
    const first = await order('before');
    await eventually('the order trades', async () => (await stateOf(first)).filledQuantity > 0 || undefined);
    await server.kill();
    await eventually('the engines say so', async () => {
      const { status, body } = await running.get('oms')!.get('/ready');
      return (status === 503 && JSON.stringify(body).includes('is not connected')) || undefined;
    });
    const second = await order('meanwhile');
    await eventually(
      'market data waits to be confirmed',
      async () =>
        (await metric('marketdata', 'nautilus_topic_unconfirmed_messages{topic="marketdata.book-events"')) > 0 ||
        undefined,
    );
    await server.start();
    for (const orderId of [first, second]) {
      await eventually('the order is filled', async () => (await stateOf(orderId)).status === 'filled' || undefined);
      expect(await stateOf(orderId)).toMatchObject({ filledQuantity: 500 });
    }
    for (const topic of ['marketdata.book-events', 'oms.order-commands'])
      expect(await metric('ems', `nautilus_topic_missed_messages_total{topic="${topic}"`)).toBe(0);
    expect(await metric('oms', 'nautilus_topic_missed_messages_total{topic="ems.execution-reports"')).toBe(0);
    expect(await metric('oms', 'nautilus_oms_refused_reports')).toBe(0);
    shares = 1000;
    await eventually('positions have every share', async () => (await position()) === shares || undefined);
  });

  test.each(orderPath)('%s is killed while an order is worked, and goes on from the broker', async (name) => {
    const orderId = await order(`${name}-killed`);
    await eventually('the order trades', async () => (await stateOf(orderId)).filledQuantity > 0 || undefined);
    const engine = running.get(name)!;
    engine.signal('SIGKILL');
    await engine.ended;
    running.set(name, name === 'ems' ? start('venue', name, ['ems']) : start('desk', name, desk));
    await running.get(name)!.answers();
    await eventually('the order is filled', async () => (await stateOf(orderId)).status === 'filled' || undefined);
    expect(await stateOf(orderId)).toMatchObject({ filledQuantity: 500 });
    shares += 500;
    await eventually('positions have every share', async () => (await position()) === shares || undefined);
  });

  test('an order that only a snapshot knows, and the broker not yet, outlives the order system', async () => {
    await server.kill();
    const oms = running.get('oms')!;
    await eventually('it says so', async () => (await oms.get('/ready')).status === 503 || undefined);
    const orders = [await order('on-its-way')];
    await eventually(
      'its command waits to be confirmed',
      async () =>
        (await metric('oms', 'nautilus_topic_unconfirmed_messages{topic="oms.order-commands"')) > 0 || undefined,
    );
    // The snapshot after it is of both.
    orders.push(await order('in-a-snapshot'));
    const { sequence } = (await oms.get('/api/v1/state')).body as { sequence: number };
    await eventually(
      'a snapshot stands for its record',
      async () => oms.log.some(({ msg, record }) => msg === 'snapshot' && Number(record) >= sequence) || undefined,
    );
    oms.signal('SIGKILL');
    await oms.ended;
    await server.start();
    running.set('oms', start('desk', 'oms', desk));
    await running.get('oms')!.answers();
    for (const orderId of orders)
      await eventually('the order is filled', async () => (await stateOf(orderId)).status === 'filled' || undefined);
    shares += 1000;
    await eventually('positions have every share', async () => (await position()) === shares || undefined);
  });

  test('a password that was changed at the broker and in the file is taken without a restart', async () => {
    const refused = () =>
      eventually('it is refused', async () => (await running.get('ems')!.get('/ready')).status === 503 || undefined);
    await server.kill();
    server.credentials = { user, password: 'a new one' };
    await server.start();
    await refused();
    // The client gives up for ever when it is refused twice, unless it is told not to.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await refused();
    for (const host of ['desk', 'venue']) keepPassword(host, 'a new one');
    await running.get('ems')!.answers();
    const orderId = await order('with-the-new-password');
    await eventually('the order is filled', async () => (await stateOf(orderId)).status === 'filled' || undefined);
    server.credentials = { user, password };
    for (const host of ['desk', 'venue']) keepPassword(host, password);
  });

  test('an engine ends in order while the broker is away', async () => {
    await server.kill();
    await eventually('it says so', async () => (await running.get('oms')!.get('/ready')).status === 503 || undefined);
    expect(await running.get('oms')!.stop()).toEqual({ code: 0, signal: null });
    expect(running.get('oms')!.log).toContainEqual(
      expect.objectContaining({ level: 'warn', servers: [server.address] }),
    );
    await server.start();
  });

  test.each([
    ['a wrong password', 'NAUT_BROKER_REFUSED', () => keepPassword('lost', 'another'), undefined],
    ['no broker at the address', 'NAUT_BROKER_UNAVAILABLE', () => keepPassword('lost', password), '127.0.0.1:1'],
    [
      'a host that does not exist',
      'NAUT_BROKER_UNAVAILABLE',
      () => keepPassword('lost', password),
      'no-such-host.invalid:4222',
    ],
    [
      'no file with the password',
      'NAUT_SECRET_UNREADABLE',
      () => fs.rmSync(path.join(scratch.path, 'lost', 'secrets'), { recursive: true }),
      undefined,
    ],
  ])('%s is said at the start: %s', async (_, code, prepare, servers) => {
    prepare();
    const engine = start('lost', 'ems', ['ems'], servers, 0);
    expect(await engine.ended).toMatchObject({ code: 1 });
    expect(engine.stderr).toContain(code);
    expect(engine.stderr).toContain('fix: ');
  });
});
