import { CpuCores, loadProfile, MemorySize, profileNames } from '@nautilus/config';
import { gatewayConfiguration, gatewayInput, nginxWorstCase, tuneNginx } from '@nautilus/constructs';
import fc from 'fast-check';

const flat = (profile: string) => Object.values(tuneNginx(gatewayInput(loadProfile(profile)), '443')).flat();
const value = (profile: string, name: string) => flat(profile).find((setting) => setting.name === name)?.value;
const lines = (profile: string) =>
  gatewayConfiguration(loadProfile(profile))
    .split('\n')
    .map((line) => line.trim());

test('the requirements’ figures are kept where the profile is made for them', () => {
  expect(value('m4-max-128gb', 'worker_connections')).toBe(16_384);
  expect(lines('m4-max-128gb')).toEqual(
    expect.arrayContaining([
      'worker_connections 16384;',
      'keepalive_timeout 75s;',
      'keepalive_requests 1000;',
      'client_max_body_size 10m;',
      'proxy_buffering on;',
      'proxy_buffers 32 4k;',
    ]),
  );
});

test('where a figure is another one, it is said what was asked for and why', () => {
  const workers = flat('m4-max-128gb').find(({ name }) => name === 'worker_processes')!;
  expect(workers.value).toBe(4);
  expect(workers.requirement).toEqual({ value: '12', why: expect.stringContaining('4 CPUs') });
});

describe.each(profileNames())('in %s', (name) => {
  const profile = loadProfile(name);
  const input = gatewayInput(profile);

  test('each setting stands in the file once, as a line that a reader finds by its name', () => {
    const text = lines(name);
    for (const setting of flat(name))
      expect(text.filter((line) => line.startsWith(`${setting.name} `) && line.endsWith(';')).length).toBeGreaterThan(
        0,
      );
    const first = (setting: string) => text.find((line) => line.startsWith(`${setting} `));
    expect(first('proxy_read_timeout')).toBe('proxy_read_timeout 30s;');
  });

  test('all clients find a place, and each worker has files for its connections', () => {
    const workers = value(name, 'worker_processes') as number;
    const places = value(name, 'worker_connections') as number;
    expect(workers * places).toBeGreaterThanOrEqual(2 * profile.gateway.connections);
    expect(value(name, 'worker_rlimit_nofile')).toBeGreaterThan(places);
  });

  test('the worst case fits into the claim and leaves room for requests', () => {
    expect(nginxWorstCase(input).total.exceeds(input.limit)).toBe(false);
    expect(value(name, 'limit_conn requests')).toBeGreaterThanOrEqual(32);
  });

  test('the secrets are read from their volume, and no value of one is in the file', () => {
    const text = gatewayConfiguration(profile);
    expect(text).toContain('ssl_certificate_key /run/secrets/nautilus/gateway.key;');
    expect(text).not.toMatch(/SSHA|BEGIN/);
  });
});

test('a redirect names the port under which clients reach TLS', () => {
  const ci = loadProfile('ci');
  const moved = {
    ...ci,
    services: {
      ...ci.services,
      nginx: { ...ci.services.nginx!, endpoints: moveBy(1000, ci.services.nginx!.endpoints) },
    },
  };
  expect(gatewayConfiguration(ci)).toContain('https://$host$request_uri');
  expect(gatewayConfiguration(moved)).toContain('https://$host:1443$request_uri');
});

type Endpoints = NonNullable<ReturnType<typeof loadProfile>['services']['nginx']>['endpoints'];
const moveBy = (offset: number, endpoints: Endpoints): Endpoints =>
  endpoints.map(({ port, hostPort }) => ({
    port,
    hostPort: { ...hostPort, number: hostPort.number + offset } as never,
  }));

test('whatever the memory, what is promised to requests and sockets fits, or the sum says that it does not', () => {
  const inputs = fc.record({
    mebibytes: fc.integer({ min: 32, max: 4096 }),
    cores: fc.integer({ min: 1, max: 16 }),
    connections: fc.integer({ min: 64, max: 65_000 }),
  });
  fc.assert(
    fc.property(inputs, ({ mebibytes, cores, connections }) => {
      const input = {
        limit: MemorySize.mebibytes(mebibytes),
        cpus: CpuCores.of(cores),
        connections,
        requestsPerSecond: 100,
        bodySize: MemorySize.mebibytes(10),
      };
      const settings = Object.values(tuneNginx(input, '443')).flat();
      const requests = settings.find(({ name }) => name === 'limit_conn requests')!.value as number;
      const { total, parts } = nginxWorstCase(input);
      expect(total.bytes).toBe(parts.reduce((sum, { size }) => sum + size.bytes, 0));
      // Only where the fewest places that are of any use do not fit does the sum exceed the limit.
      if (total.exceeds(input.limit)) expect(requests).toBe(32);
    }),
  );
});
