import { Duration, Ipv4Address, loadProfile } from '@nautilus/config';
import { publicUrl, publishedUrl, toEnvironment, tuneGrafana } from '@nautilus/constructs';
import { profiles, synthesis } from './support/synthesis';

const input = { url: 'https://localhost/grafana/', published: true, scrapeInterval: Duration.seconds(15) };
const setting = (name: string) => tuneGrafana(input).find((candidate) => candidate.name === name)!;

test('each setting reaches Grafana under the variable that its documentation names', () => {
  expect(toEnvironment(tuneGrafana(input))).toEqual({
    GF_SERVER_ROOT_URL: 'https://localhost/grafana/',
    GF_SERVER_SERVE_FROM_SUB_PATH: 'true',
    GF_AUTH_ANONYMOUS_ENABLED: 'false',
    GF_USERS_ALLOW_SIGN_UP: 'false',
    GF_PUBLIC_DASHBOARDS_ENABLED: 'false',
    GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
    GF_SECURITY_COOKIE_SECURE: 'false',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    GF_PLUGINS_PLUGIN_ADMIN_ENABLED: 'false',
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
    GF_DATABASE_MAX_OPEN_CONN: '10',
    GF_DATABASE_WAL: 'true',
    GF_DATAPROXY_TIMEOUT: '300',
    GF_UNIFIED_ALERTING_MAX_ATTEMPTS: '10',
    GF_DASHBOARDS_MIN_REFRESH_INTERVAL: '15s',
  });
});

test('what the requirements ask for under names that Grafana does not know is answered', () => {
  expect(setting('database.max_open_conn').requirement?.value).toBe('GF_DATABASE_MAX_OPEN_CONNS=500');
  expect(setting('unified_alerting.max_attempts')).toMatchObject({
    value: 10,
    requirement: { value: 'GF_ALERTING_MAX_ATTEMPTS=10' },
  });
  expect(setting('dataproxy.timeout').value).toEqual(Duration.seconds(300));
  expect(setting('public_dashboards.enabled').requirement?.value).toContain('live,publicDashboards');
});

test('a cookie is kept to TLS where nobody comes without it', () => {
  const cookie = (published: boolean) =>
    tuneGrafana({ ...input, published }).find(({ name }) => name === 'security.cookie_secure')!.value;
  expect([cookie(true), cookie(false)]).toEqual([false, true]);
});

describe('where Grafana is', () => {
  const laptop = loadProfile('laptop');
  const { nginx: _, ...withoutGateway } = laptop.services;

  test('people find it behind the gateway, under the first name of its certificate', () => {
    expect(publicUrl(laptop)).toBe('https://localhost/grafana/');
    expect(publicUrl({ ...laptop, gateway: { ...laptop.gateway, names: ['*.desk.example', 'desk.example'] } })).toBe(
      'https://desk.example/grafana/',
    );
  });

  test('without a gateway on its own port', () => {
    expect(publicUrl({ ...laptop, services: withoutGateway })).toBe('http://127.0.0.1:3002/grafana/');
  });

  test('Terraform finds it on the address that ports are published on, or by the name of the machine', () => {
    expect(publishedUrl(laptop)).toBe('http://127.0.0.1:3002/grafana/');
    const remote = {
      ...laptop,
      exposure: { address: Ipv4Address.parse('0.0.0.0') },
      docker: { ...laptop.docker, host: 'ssh://trader@desk.example' },
    };
    expect(publishedUrl(remote)).toBe('http://desk.example:3002/grafana/');
  });
});

describe.each(profiles)('profile %s', (name) => {
  const { manifest, stack } = synthesis(name);

  test('the password is in no variable: Grafana is told the file', () => {
    const { env } = stack('monitoring').resource.docker_container!.grafana as { env: string[] };
    expect(env).toContain('GF_SECURITY_ADMIN_PASSWORD=$__file{/run/secrets/nautilus/grafana-admin-password}');
    expect(env.filter((entry) => entry.includes('__FILE'))).toEqual([]);
  });

  test('every setting can be read back from the running server', () => {
    const { expectations } = manifest.services.find((service) => service.name === 'grafana')!;
    const own = expectations.filter(({ subject }) => subject === 'grafana').map(({ setting: key }) => key);
    expect(own.sort()).toEqual(
      tuneGrafana(input)
        .map(({ name: key }) => key)
        .sort(),
    );
  });
});
