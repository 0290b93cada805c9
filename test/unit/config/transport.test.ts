import { engineSettings, loadProfile, localPlacement } from '@nautilus/config';
import { onLaptop, placesOf, problemsOf } from './profile-file';

/** A host that executes; orders, positions, limits and market data are on another. */
const venueHost = (...lines: string[]) =>
  onLaptop(
    'services: { risk: null, marketdata: null, oms: null, pms: null }',
    'transport:',
    '  kind: nats',
    '  servers: [10.0.0.5:4222, 10.0.0.6:4222]',
    '  topics: [marketdata.book-events, oms.order-commands, ems.execution-reports]',
    '  user: venue',
    ...lines,
  );
const others =
  '{ risk: http://10.0.0.4:8200, marketdata: http://10.0.0.4:8800, oms: http://10.0.0.4:9010, pms: http://10.0.0.4:9030 }';

const settings = (file: string, engine: 'ems' | 'backend' | 'ml') => {
  const profile = loadProfile(file);
  return engineSettings(
    profile,
    engine,
    localPlacement(profile, { dataDirectory: '/data', secrets: '/secrets', sharedMemory: '/shm' }),
  );
};

test('without a word all topics are in shared memory, and no engine hears of a broker', () => {
  expect(loadProfile('laptop').transport).toEqual({ kind: 'shared-memory' });
  expect(settings('laptop', 'ems').transport).toBeUndefined();
});

test('engines of the order path are told the broker, its topics and the file of their password', () => {
  expect(settings(venueHost(`  elsewhere: ${others}`), 'ems').transport).toEqual({
    kind: 'nats',
    servers: ['10.0.0.5:4222', '10.0.0.6:4222'],
    topics: ['marketdata.book-events', 'oms.order-commands', 'ems.execution-reports'],
    platform: 'nautilus',
    replicas: 1,
    tls: false,
    user: 'venue',
    passwordFile: '/secrets/broker-password',
  });
  expect(settings(venueHost(`  elsewhere: ${others}`), 'ml').transport).toBeUndefined();
});

test('a broker that is given no topics carries all', () => {
  const { transport } = loadProfile(onLaptop('transport: { kind: nats, servers: [broker:4222] }'));
  expect(transport).toMatchObject({ topics: expect.arrayContaining(['client.order-entry', 'marketdata.bars']) });
});

test('engines on other hosts are asked where they are', () => {
  const file = venueHost(`  elsewhere: ${others}`);
  expect(settings(file, 'ems').peers).toEqual({ marketdata: 'http://10.0.0.4:8800' });
  expect(settings(file, 'backend').peers).toMatchObject({ ems: 'http://127.0.0.1:9020', oms: 'http://10.0.0.4:9010' });
});

test('who is neither here nor elsewhere is missed', () => {
  expect(problemsOf(venueHost()).map(({ message }) => message)).toContain(
    'ems is of no use without marketdata, risk, oms, pms',
  );
});

test('a broker without an address, and what is for a broker without one, are mistakes', () => {
  expect(placesOf(onLaptop('transport: { kind: nats }'))).toEqual(['NAUT_PROFILE_VALUE 4:20']);
  expect(placesOf(onLaptop('transport:', '  user: me'))).toEqual(['NAUT_PROFILE_VALUE 5:9']);
  expect(placesOf(onLaptop('transport: { kind: nats, servers: [broker] }'))).toEqual(['NAUT_PROFILE_VALUE 4:36']);
  expect(placesOf(onLaptop('transport: { kind: nats, servers: [a:1], topics: [oms.fills] }'))).toEqual([
    'NAUT_PROFILE_VALUE 4:51',
  ]);
});

test('an engine is on one host, and so are those that share a table', () => {
  const messages = (...lines: string[]) =>
    problemsOf(
      onLaptop(...lines, 'transport:', '  kind: nats', '  servers: [a:1]', '  elsewhere: { risk: http://b:8200 }'),
    ).map(({ message }) => message);
  expect(messages()).toContain('transport.elsewhere.risk: risk is deployed here');
  expect(messages('services: { risk: null }')).toEqual([
    'transport.elsewhere.risk: oms reads a table of risk, which only shared memory has',
  ]);
});
