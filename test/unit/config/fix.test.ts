import { dockerPlacement, engineSettings, loadProfile, localPlacement } from '@nautilus/config';
import { onLaptop, placesOf, problemsOf } from './profile-file';

const fix = (...sessions: string[]) => onLaptop('trading:', '  fix:', '    port: 9878', '    sessions:', ...sessions);
const session = (target: string, more = '') =>
  `      - { senderCompId: DESK, targetCompId: ${target}, accounts: [main]${more} }`;

test('a profile without FIX opens no port for it', () => {
  const ci = loadProfile('ci');
  expect(engineSettings(ci, 'oms', dockerPlacement(ci)).engine.fix).toBeUndefined();
});

test('the order system listens where its HTTP does, and knows the venues by name', () => {
  const profile = loadProfile(
    fix(session('CLIENT', ', cancelOnDisconnect: true'), session('COPY', ', dropCopy: true')),
  );
  const local = localPlacement(profile, { dataDirectory: '/data', secrets: '/secrets', sharedMemory: '/shm' });
  const expected = {
    port: 9878,
    venues: ['XSIM'],
    sessions: [
      { senderCompId: 'DESK', targetCompId: 'CLIENT', accounts: ['main'], cancelOnDisconnect: true, dropCopy: false },
      { senderCompId: 'DESK', targetCompId: 'COPY', accounts: ['main'], cancelOnDisconnect: false, dropCopy: true },
    ],
  };
  expect(engineSettings(profile, 'oms', local).engine.fix).toEqual({ ...expected, host: '127.0.0.1' });
  expect(engineSettings(profile, 'oms', dockerPlacement(profile)).engine.fix).toEqual({ ...expected, host: '0.0.0.0' });
});

test('a session twice, and an account that is not there, are told with their places', () => {
  expect(placesOf(fix(session('CLIENT'), session('CLIENT')))).toEqual(['NAUT_DUPLICATE 9:45']);
  expect(placesOf(fix(session('CLIENT').replace('main', 'nobody')))).toEqual(['NAUT_PROFILE_VALUE 8:63']);
});

test('names that FIX journals could not be called by are refused', () => {
  expect(problemsOf(fix(session('client-1')))[0]?.allowed).toContain('capitals and digits');
});

describe('a venue over FIX', () => {
  const venues = (...lines: string[]) =>
    onLaptop('trading:', '  speed: real', '  venues:', ...lines.map((line) => `    - ${line}`));
  const fixVenue = (name: string, sender: string, more = '') =>
    `{ kind: fix, name: ${name}, host: venue.example, port: 9878, senderCompId: ${sender}, targetCompId: VENUE${more} }`;

  test('stands beside simulated ones; the execution system gets all of it, market data its share', () => {
    const profile = loadProfile(
      venues('{ name: XSIM, share: 3 }', fixVenue('XFIX', 'DESK', ', symbols: { AAPL: AAPL.O }')),
    );
    const placement = dockerPlacement(profile);
    expect(engineSettings(profile, 'marketdata', placement).engine.venues).toEqual([
      { name: 'XSIM', share: 3 },
      { name: 'XFIX', share: 1 },
    ]);
    expect(engineSettings(profile, 'ems', placement).engine.venues).toEqual([
      expect.objectContaining({ kind: 'simulated', name: 'XSIM', latencyMicroseconds: 0 }),
      {
        kind: 'fix',
        name: 'XFIX',
        capacity: 262_144,
        share: 1,
        takerFee: 0,
        makerFee: 0,
        host: 'venue.example',
        port: 9878,
        senderCompId: 'DESK',
        targetCompId: 'VENUE',
        heartbeatSeconds: 30,
        symbols: { AAPL: 'AAPL.O' },
        answerWithinMilliseconds: 1000,
      },
    ]);
  });

  test.each([
    ['a session twice', venues(fixVenue('XA', 'DESK'), fixVenue('XB', 'DESK')), 'NAUT_DUPLICATE 8:77'],
    ['a name twice', venues(fixVenue('XA', 'DESK1'), fixVenue('XA', 'DESK2')), 'NAUT_DUPLICATE 8:26'],
    [
      'a symbol that is not traded',
      venues(fixVenue('XA', 'DESK', ', symbols: { MSFT: X }')),
      'NAUT_PROFILE_VALUE 7:113',
    ],
    [
      'a simulated latency',
      venues(fixVenue('XA', 'DESK', ', latencyMicroseconds: 5')),
      'NAUT_PROFILE_UNKNOWN_KEY 7:104',
    ],
    [
      'a host with its port',
      venues(fixVenue('XA', 'DESK').replace('venue.example', '"venue:9878"')),
      'NAUT_PROFILE_VALUE 7:36',
    ],
  ])('%s is told with its place', (_, file, place) => {
    expect(placesOf(file)).toEqual([place]);
  });

  test('is not the platform itself, and not on a clock that no answer can keep up with', () => {
    const own = fixVenue('XA', 'DESK').replace('venue.example', 'localhost');
    const file = onLaptop(
      'trading:',
      '  speed: full',
      '  venues:',
      `    - ${own}`,
      '  fix:',
      '    port: 9878',
      '    sessions:',
      session('CLIENT'),
    );
    expect(problemsOf(file).map(({ message }) => message)).toEqual([
      'trading.venues.0 is of kind fix, and trading.speed is full: the venue would be late before it could answer',
      "trading.venues.0 is this platform's own trading.fix: its orders would come back to it",
    ]);
  });
});
