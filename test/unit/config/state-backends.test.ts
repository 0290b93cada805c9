import { loadProfile, stateBackends, stateSettings } from '@nautilus/config';
import { onLaptop, problemsOf } from './profile-file';

const withBackend = (backend: string) => onLaptop(`terraform: { backend: { ${backend} } }`);
const stacks = ['storage', 'images', 'foundation', 'trading', 'edge', 'monitoring', 'dashboards'];

test.each(Object.entries(stateBackends))('%s keeps the state of every stack and profile apart', (kind, { place }) => {
  const settings = Object.fromEntries(place === 'address' ? [[place, 'https://state.example/nautilus']] : []);
  const places = ['laptop', 'ci'].flatMap((profile) =>
    stacks.map((stack) => String(stateSettings({ kind, settings }, profile, stack)[place])),
  );
  expect(new Set(places).size).toBe(places.length);
});

test.each([
  ['s3', { bucket: 'b', key: 'desk/' }, { bucket: 'b', key: 'desk/m4-max-36gb/trading.tfstate' }],
  ['pg', {}, { schema_name: 'nautilus_m4_max_36gb_trading' }],
  ['kubernetes', { namespace: 'ops' }, { namespace: 'ops', secret_suffix: 'nautilus-m4-max-36gb-trading' }],
  [
    'http',
    { address: 'https://s/state' },
    {
      address: 'https://s/state/m4-max-36gb/trading',
      lock_address: 'https://s/state/m4-max-36gb/trading',
      unlock_address: 'https://s/state/m4-max-36gb/trading',
    },
  ],
  [
    'http',
    {
      address: 'https://s/{profile}-{stack}',
      lock_address: 'https://s/{profile}-{stack}/lock',
      unlock_address: 'none',
    },
    {
      address: 'https://s/m4-max-36gb-trading',
      lock_address: 'https://s/m4-max-36gb-trading/lock',
      unlock_address: 'none',
    },
  ],
])('%s with %j becomes %j for a stack', (kind, settings, expected) => {
  expect(stateSettings({ kind, settings }, 'm4-max-36gb', 'trading')).toEqual(expected);
});

test('a profile may name a place with its settings', () => {
  const { backend } = loadProfile(withBackend('kind: s3, bucket: states, region: eu-central-1, use_lockfile: true'));
  expect(backend).toEqual({ kind: 's3', settings: { bucket: 'states', region: 'eu-central-1', use_lockfile: true } });
});

test.each([
  ['kind: dropbox', 'NAUT_STATE_BACKEND', /local \| s3/],
  ['kind: s3', 'NAUT_STATE_BACKEND', /bucket/],
  ['kind: local, path: states', 'NAUT_STATE_BACKEND', /absolute/],
  [`kind: pg, schema_name: ${'x'.repeat(50)}`, 'NAUT_STATE_BACKEND', /63/],
  ['kind: s3, bucket: b, secret_key: abc', 'NAUT_STATE_SECRET', /AWS_SECRET_ACCESS_KEY/],
  ['kind: s3, bucket: b, access_key: abc', 'NAUT_STATE_SECRET', /AWS_ACCESS_KEY_ID/],
  ['kind: pg, conn_str: "postgres://me:word@db/state"', 'NAUT_STATE_SECRET', /PG_CONN_STR/],
  ['kind: http, address: "https://me:word@s/state"', 'NAUT_STATE_SECRET', /variable/],
  ['kind: http, address: "https://s", password: word', 'NAUT_STATE_SECRET', /TF_HTTP_PASSWORD/],
])('terraform.backend { %s } is refused with %s', (backend, code, says) => {
  const problems = problemsOf(withBackend(backend));
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  expect(JSON.stringify(problems[0])).toMatch(says);
  expect(problems[0]?.position?.line).toBeGreaterThan(1);
  expect(JSON.stringify([problems[0]?.message, problems[0]?.fix])).not.toMatch(/abc|word@/);
});
