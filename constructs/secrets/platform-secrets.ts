import { journalKeyFile, orderPath, type Profile, secretFiles } from '@nautilus/config';
import { enginePasswordChange, exporterPasswordChange } from '../cache/rotation';
import { adminPasswordChange } from '../dashboards/rotation';
import { passwordChange } from '../database/rotation';
import type { Secret } from './secret';

/** Group of what no container reads: for people, through `nautilus secrets`. */
const people = 10_110;

const reload = { how: 'signal', signal: 'SIGHUP' } as const;

const journalKeys = (service: 'oms' | 'pms', gid: number) =>
  ({ file: journalKeyFile(service), gid, service, rotation: { how: 'restart' } }) as const;

/** Every secret of the platform: its file, who may read it, what it guards, how it changes. */
export const platformSecrets = {
  postgres: {
    file: secretFiles.postgres,
    gid: 10_101,
    service: 'postgres',
    rotation: passwordChange.postgres,
  },
  postgresSuperuser: {
    file: secretFiles.postgresSuperuser,
    gid: 10_102,
    service: 'postgres',
    rotation: passwordChange.postgresSuperuser,
  },
  redis: { file: secretFiles.redis, gid: 10_103, service: 'redis', rotation: enginePasswordChange },
  redisExporter: {
    file: secretFiles.redisExporter,
    gid: 10_104,
    service: 'redis-exporter',
    rotation: exporterPasswordChange,
  },
  postgresExporter: {
    file: secretFiles.postgresExporter,
    gid: 10_105,
    service: 'postgres-exporter',
    rotation: passwordChange.postgresExporter,
  },
  grafana: {
    file: secretFiles.grafana,
    gid: 10_106,
    service: 'grafana',
    rotation: adminPasswordChange,
  },
  gatewayViewer: { file: secretFiles.gatewayViewer, gid: people, service: 'nginx', rotation: { how: 'file' } },
  gatewayTrader: { file: secretFiles.gatewayTrader, gid: people, service: 'nginx', rotation: { how: 'file' } },
  gatewayUsers: { file: secretFiles.gatewayUsers, gid: 10_107, service: 'nginx', rotation: { how: 'derived' } },
  gatewayCertificate: { file: secretFiles.gatewayCertificate, gid: 10_107, service: 'nginx', rotation: reload },
  gatewayKey: { file: secretFiles.gatewayKey, gid: 10_107, service: 'nginx', rotation: reload },
  authorityCertificate: {
    file: secretFiles.authorityCertificate,
    gid: people,
    service: 'nginx',
    rotation: { how: 'kept' },
  },
  authorityKey: { file: secretFiles.authorityKey, gid: people, service: 'nginx', rotation: { how: 'kept' } },
  omsJournalKeys: journalKeys('oms', 10_108),
  pmsJournalKeys: journalKeys('pms', 10_109),
} as const satisfies Record<string, Secret>;

/** One for all engines of a host that use the broker; the operator tells the broker of it, and changes it there. */
function brokerPassword({ services, transport }: Pick<Profile, 'services' | 'transport'>): readonly Secret[] {
  const service = orderPath.find((name) => services[name]);
  if (transport.kind !== 'nats' || transport.user === undefined || service === undefined) return [];
  return [{ file: secretFiles.broker, gid: 10_111, service, rotation: { how: 'kept' } }];
}

/**
 * The secrets that a profile needs: of each service that it deploys, and of each that such a service keeps for another. An
 * operator's own certificate has no authority of ours, and only the operator changes it; a journal that is not encrypted has no keys.
 */
export function secretsOf(
  profile: Pick<Profile, 'services' | 'gateway' | 'journals' | 'transport'>,
): readonly Secret[] {
  const { services, gateway, journals } = profile;
  const { omsJournalKeys, pmsJournalKeys } = platformSecrets;
  const plain: readonly Secret[] = [
    ...(journals.oms.encryption ? [] : [omsJournalKeys]),
    ...(journals.pms.encryption ? [] : [pmsJournalKeys]),
  ];
  const ofServices = Object.values<Secret>(platformSecrets).filter(
    (secret) =>
      !plain.includes(secret) &&
      (services[secret.service] ||
        (secret.rotation.how === 'command' && services[secret.rotation.service ?? secret.service])),
  );
  const needed = [...ofServices, ...brokerPassword(profile)];
  if (gateway.certificate === 'platform') return needed;
  const { gatewayCertificate, gatewayKey, authorityCertificate, authorityKey } = platformSecrets;
  const own: readonly Secret[] = [gatewayCertificate, gatewayKey];
  const unused: readonly Secret[] = [authorityCertificate, authorityKey];
  return needed
    .filter((secret) => !unused.includes(secret))
    .map((secret) => (own.includes(secret) ? { ...secret, rotation: { how: 'kept' } } : secret));
}
