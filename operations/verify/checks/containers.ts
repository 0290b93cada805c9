import { labels } from '@nautilus/config';
import { isListening } from '../../local/processes';
import { type Check, check, fail, some, unknown, unless } from '../check';
import type { Platform } from '../platform/platform';
import { within } from '../platform/within';

interface ServiceState {
  readonly name: string;
  readonly state: string;
  readonly reason?: string;
}

async function states({ containers, processes }: Platform): Promise<readonly ServiceState[]> {
  if (processes) return processes.status();
  const list = (await containers?.list()) ?? [];
  return containers!.manifest.services.map(({ name, health }) => {
    const found = list.find(({ Labels }) => Labels[labels.service] === name);
    const state = found?.State ?? 'missing';
    const healthy = state === 'running' && (health === undefined || found!.Status.includes('(healthy)'));
    return { name, state: healthy ? 'healthy' : state, reason: found?.Status };
  });
}

/** A machine under load may need a moment to answer. */
const HEALTHY_WITHIN_MS = 5_000;

const running = check({
  id: 'platform/running',
  source: 'P Deployment: docker-compose up; README 1',
  command: 'docker-compose -f docker-compose.yml -f docker-compose.m4max.yml up --build',
  what: 'everything that was declared runs',
  expectation: 'every service runs and is healthy',
  read: (platform) =>
    within(
      platform,
      HEALTHY_WITHIN_MS,
      () => states(platform),
      (all) => all.every(({ state }) => state === 'healthy'),
    ),
  judge: (services) =>
    unless(
      services
        .filter(({ state }) => state !== 'healthy')
        .map(({ name, state, reason }) => `${name} is ${state}${reason ? ` (${reason})` : ''}`),
      `${services.filter(({ state }) => state === 'healthy').length} of ${services.length} healthy`,
    ),
});

interface Port {
  readonly service: string;
  /** `address:port` as declared. */
  readonly declared: string;
  readonly open: boolean;
}

const ports = check({
  id: 'platform/ports',
  source: 'P Deployment: check all container optimizations',
  command: 'docker ps --format "table {{.Names}}\\t{{.Status}}\\t{{.Ports}}"',
  what: 'ports are where they were declared',
  expectation: 'each declared port is published at its address, and no other',
  read: async ({ containers, processes }: Platform): Promise<readonly Port[]> => {
    if (processes)
      return Promise.all(
        (await processes.status()).map(async ({ name, port }) => ({
          service: name,
          declared: `127.0.0.1:${port}`,
          open: await isListening(port),
        })),
      );
    const list = (await containers?.list()) ?? [];
    return containers!.manifest.services.flatMap(({ name, published }) => {
      const live = (list.find(({ Labels }) => Labels[labels.service] === name)?.Ports ?? [])
        .filter(({ PublicPort }) => PublicPort !== undefined)
        .map(({ IP, PublicPort, PrivatePort }) => `${IP}:${PublicPort}->${PrivatePort}`);
      const declared = published.map(({ address, port, target }) => `${address}:${port}->${target}`);
      return [
        ...declared.map((port) => ({ service: name, declared: port, open: live.includes(port) })),
        ...live
          .filter((port) => !declared.includes(port))
          .map((port) => ({ service: name, declared: `${port} (not declared)`, open: false })),
      ];
    });
  },
  judge: (all) =>
    unless(
      all.filter(({ open }) => !open).map(({ service, declared }) => `${service}: ${declared}`),
      `${all.filter(({ open }) => open).length} of ${all.length} ports`,
    ),
});

/** From here on the requirements speak of an emergency. */
const EMERGENCY = 0.95;

const resources = check({
  id: 'platform/resources',
  source: 'P Troubleshooting: container resources; U Health monitoring: container health',
  command: 'docker stats --no-stream',
  what: 'no container is near its memory limit',
  expectation: 'every container has its declared limit, and uses less than 95 % of it',
  unavailable: ({ mode }) => (mode === 'local' ? 'processes have no limit of their own' : undefined),
  read: async ({ containers }) => containers!.usage(),
  judge: (usages, { containers }) => {
    const worst = Math.max(0, ...usages.map(({ workingSetBytes, limitBytes }) => workingSetBytes / limitBytes));
    const declared = new Map(containers!.manifest.services.map(({ name, memory }) => [name, memory]));
    if (usages.length === 0) return fail('0 containers', 'no container runs');
    return unless(
      usages.flatMap(({ service, workingSetBytes, limitBytes }) => {
        const band = declared.get(service);
        const percent = Math.round((workingSetBytes / limitBytes) * 100);
        return [
          percent >= EMERGENCY * 100 && `${service} uses ${percent} % of its memory`,
          band !== undefined &&
            (limitBytes < band.minBytes || limitBytes > band.maxBytes) &&
            `${service} may use ${limitBytes} bytes, declared are ${band.limitBytes}`,
        ];
      }),
      `${usages.length} containers, at most ${Math.round(worst * 100)} %`,
    );
  },
});

const declared = check({
  id: 'platform/declared',
  source: 'README 1, 4, 5, 15',
  what: 'containers, network and volumes are what was declared',
  expectation:
    'nothing differs: images, CPUs, memory, mounts, addresses and the rest, as `nautilus drift --layer docker` says',
  unavailable: ({ mode }) =>
    mode === 'local' ? 'local mode has neither containers nor a network of its own' : undefined,
  read: ({ containers }) => containers!.drift(),
  judge: ({ findings, unread }) => {
    const reading = `${findings.length} differences`;
    if (findings.length === 0 && unread.length > 0)
      return unknown(some(unread.map(({ what, reason }) => `${what}: ${reason}`)));
    return unless(
      findings.map(
        ({ service, what, live, cause }) =>
          `${service}: ${what} is ${live}${what === 'state' && cause !== undefined ? ` (${cause})` : ''}`,
      ),
      reading,
    );
  },
});

const environment = check({
  id: 'backend/environment',
  source: 'P Troubleshooting: M4 Max environment variables',
  command: 'docker exec nautilus-backend env | grep M4_MAX',
  what: 'the backend has the environment that was declared',
  expectation: 'every declared variable is there, with the declared value',
  unavailable: (platform) =>
    platform.mode === 'local'
      ? 'a process takes its configuration from a file: backend/m4-max compares that'
      : platform.absent('backend'),
  read: async ({ containers }) => {
    const { exitCode, output } = await containers!.inside('backend', ['env']);
    if (exitCode !== 0) throw new Error(`env in the container ended with ${exitCode}`);
    return output;
  },
  judge: (output, { containers }) => {
    const declared = Object.entries(containers!.manifest.services.find(({ name }) => name === 'backend')?.env ?? {});
    const lines = new Set(output.split('\n'));
    const different = declared.filter(([name, value]) => !lines.has(`${name}=${value}`)).map(([name]) => name);
    return unless(
      different.map((name) => `${name} is not as declared`),
      `${declared.length - different.length} of ${declared.length} variables`,
    );
  },
});

export const containerChecks: readonly Check[] = [running, ports, resources, declared, environment];
