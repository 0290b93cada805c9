import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { type Check, check, fail, pass, unknown, unless } from '../check';
import { body, json } from '../platform/answer';
import type { Platform } from '../platform/platform';
import { within } from '../platform/within';
import { judgeSettings, settingsCheck } from './settings';

const noGateway = (platform: Platform) =>
  platform.absent('nginx') ??
  (platform.containers && !platform.containers.gateway
    ? 'the gateway’s port is on the machine of the Docker engine, which is another one'
    : undefined);

const configuration = check({
  id: 'nginx/configuration',
  source: 'P NGINX; README 14',
  command: 'nginx -t',
  what: 'the gateway’s configuration is valid',
  expectation: 'nginx -t ends with 0',
  unavailable: (platform) => platform.absent('nginx'),
  read: ({ containers }) => containers!.inside('nginx', ['nginx', '-e', 'stderr', '-t']),
  judge: ({ exitCode, output }) => {
    const last = output.trim().split('\n').at(-1) ?? '';
    return exitCode === 0 ? pass('valid') : fail(`ended with ${exitCode}`, last);
  },
});

const tls = check({
  id: 'nginx/tls',
  source: 'README 14, 21',
  what: 'the gateway shows the platform’s certificate, and it is valid',
  expectation: 'the certificate that it was given, of the platform’s authority, valid today',
  unavailable: noGateway,
  read: ({ containers }) => containers!.gateway!.certificates(),
  judge: ({ shown, given, authority }) => {
    const certificate = new X509Certificate(shown);
    const of = authority === undefined ? undefined : new X509Certificate(authority);
    const ours = of !== undefined && new X509Certificate(given).checkIssued(of);
    const ends = new Date(certificate.validTo);
    return unless(
      [
        certificate.fingerprint256 !== new X509Certificate(given).fingerprint256 &&
          'it shows another certificate than it was given',
        ours && !certificate.verify(of.publicKey) && 'the platform’s authority did not sign it',
        ends.getTime() < Date.now() && `it ended on ${ends.toISOString()}`,
      ],
      `valid until ${ends.toISOString().slice(0, 10)}`,
    );
  },
});

const users = check({
  id: 'nginx/users',
  source: 'README 21',
  what: 'viewers look, traders trade, strangers do neither',
  expectation: 'reading an order list: nobody 401, viewer 200; a change by a viewer: 403',
  unavailable: noGateway,
  read: async ({ containers }) => {
    const gateway = containers!.gateway!;
    const path = '/api/v1/orders?limit=1';
    const [nobody, viewer, change] = await Promise.all([
      gateway.ask(path, undefined),
      gateway.ask(path, 'viewer'),
      // Refused before it reaches the order system, which would refuse it, too.
      gateway.ask('/api/v1/orders', 'viewer', { method: 'POST', body: {} }),
    ]);
    return { nobody: nobody.status, viewer: viewer.status, change: change.status };
  },
  judge: ({ nobody, viewer, change }) =>
    unless(
      [
        nobody !== 401 && `nobody gets ${nobody}`,
        viewer !== 200 && `a viewer gets ${viewer}`,
        change !== 403 && `a change by a viewer gets ${change}`,
      ],
      `${nobody}, ${viewer}, ${change}`,
    ),
});

const page = check({
  id: 'frontend/page',
  source: 'P Frontend; README 16',
  command: 'curl localhost:3000/',
  what: 'the page for people is there, with its program',
  expectation: 'GET / is HTML, and what it loads is there',
  unavailable: (platform) => platform.absent('frontend'),
  read: async (platform) => {
    const text = body(await platform.ask('frontend', '/'), 'the page is not there');
    const parts = [...text.matchAll(/<(?:script|link)[^>]+(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path!);
    const missing = [];
    for (const path of parts) if ((await platform.ask('frontend', path)).status !== 200) missing.push(path);
    return { html: /<html/i.test(text), parts, missing };
  },
  judge: ({ html, parts, missing }) =>
    unless(
      [!html && 'it is no HTML', ...missing.map((path) => `${path} is missing`)],
      `page and ${parts.length} parts`,
    ),
});

const Services = z.object({
  services: z.array(z.object({ name: z.string(), state: z.string(), reason: z.string().nullable() })),
});

const isReached = ({ state }: { readonly state: string }) => state === 'ready' || state === 'listening';

/** The backend gives each service two seconds to answer: a busy machine may need another try. */
const REACHED_WITHIN_MS = 10_000;

const services = check({
  id: 'backend/services',
  source: 'README 1; U Health monitoring: container health',
  command: 'curl localhost:8001/api/v1/platform/services',
  what: 'the backend reaches every service',
  expectation: 'each is ready, or takes connections',
  unavailable: (platform) => platform.absent('backend'),
  read: (platform) =>
    within(
      platform,
      REACHED_WITHIN_MS,
      async () => json(Services, await platform.ask('backend', '/api/v1/platform/services')).services,
      (all) => all.every(isReached),
    ),
  judge: (all) => {
    const missing = all.filter((service) => !isReached(service));
    const reading = `${all.length - missing.length} of ${all.length}`;
    return unless(
      [
        all.length === 0 && 'it knows no service',
        ...missing.map(({ name, state, reason }) => `${name} is ${state}${reason ? `: ${reason}` : ''}`),
      ],
      reading,
    );
  },
});

const noNetwork = ({ mode }: Platform) =>
  mode === 'local' ? 'local mode has no network of its own: everything is on 127.0.0.1' : undefined;

const mtu = check({
  id: 'network/mtu',
  source: 'P Network; README 15',
  what: 'containers send jumbo frames to each other',
  expectation: 'eth0 of every container has the declared MTU',
  unavailable: noNetwork,
  read: async ({ containers }) =>
    (await containers!.settings()).filter(({ expectation }) => expectation.setting === 'eth0.mtu'),
  judge: judgeSettings,
});

const addresses = check({
  id: 'network/addresses',
  source: 'P Network; README 15',
  what: 'the network has the declared addresses',
  expectation: 'subnet and reserved addresses as declared; each service at its own',
  unavailable: noNetwork,
  read: ({ containers }) => containers!.network(),
  judge: ({ IPAM, Containers }, { containers }) => {
    if (!containers) return unknown('nothing is declared');
    const { network, services: declared } = containers.manifest;
    const config = IPAM.Config ?? [];
    const reserved = Object.assign({}, ...config.map(({ AuxiliaryAddresses }) => AuxiliaryAddresses ?? {}));
    const live = new Map(Object.values(Containers).map(({ Name, IPv4Address }) => [Name, IPv4Address.split('/')[0]]));
    return unless(
      [
        !config.some(({ Subnet }) => Subnet === network.subnet) && `it is not ${network.subnet}`,
        ...Object.entries(network.reserved)
          .filter(([name, address]) => reserved[name] !== address)
          .map(([name, address]) => `${address} is not reserved for ${name}`),
        ...declared
          .filter((service) => service.network && live.get(service.container) !== service.network.address)
          .map(
            ({ name, container, network: at }) =>
              `${name} is at ${live.get(container) ?? 'no address'}, not ${at!.address}`,
          ),
      ],
      `${network.subnet}, ${live.size} containers`,
    );
  },
});

export const edgeChecks: readonly Check[] = [
  configuration,
  settingsCheck({
    id: 'nginx/settings',
    source: 'P NGINX; README 14',
    what: 'the gateway is tuned as declared',
    service: 'nginx',
    subjects: ['nginx'],
  }),
  tls,
  users,
  page,
  services,
  mtu,
  addresses,
];
