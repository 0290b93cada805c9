import type { Profile } from '@nautilus/config';
import { platformSecrets, secretsOf } from './platform-secrets';
import type { Secret } from './secret';

const kept = ({ file, gid }: Secret) => ({ file, gid });

/** What the program that makes the secrets is told: names, groups, hosts; never a value. */
export function secretsDeclaration(profile: Profile, directory: string) {
  const { gatewayViewer, gatewayTrader, gatewayUsers, gatewayCertificate, gatewayKey } = platformSecrets;
  const { authorityCertificate, authorityKey } = platformSecrets;
  const journalKeys: readonly Secret[] = [platformSecrets.omsJournalKeys, platformSecrets.pmsJournalKeys];
  const others: readonly Secret[] = [gatewayUsers, gatewayCertificate, gatewayKey, authorityCertificate, authorityKey];
  const secrets = secretsOf(profile);
  const isOther = ({ file }: Secret) => [...others, ...journalKeys].some((other) => other.file === file);
  return {
    directory,
    passwords: secrets.filter((secret) => !isOther(secret)).map(kept),
    journalKeys: secrets.filter((secret) => journalKeys.includes(secret)).map(kept),
    ...(profile.services.nginx && {
      users: { ...kept(gatewayUsers), passwords: { viewer: gatewayViewer.file, trader: gatewayTrader.file } },
      gateway: {
        from: profile.gateway.certificate,
        certificate: kept(gatewayCertificate),
        key: kept(gatewayKey),
        names: [...new Set(profile.gateway.names)],
        authority: {
          certificate: kept(authorityCertificate),
          key: kept(authorityKey),
          name: `Nautilus authority of ${profile.project}`,
        },
      },
    }),
  };
}
