import type { Profile } from '@nautilus/config';
import { platformSecrets, secretsOf } from './platform-secrets';
import type { Secret } from './secret';

const kept = ({ file, gid }: Secret) => ({ file, gid });

/** What the program that makes the secrets is told: names, groups, hosts; never a value. */
export function secretsDeclaration(profile: Profile, directory: string) {
  const { gatewayViewer, gatewayTrader, gatewayUsers, gatewayCertificate, gatewayKey } = platformSecrets;
  const { authorityCertificate, authorityKey } = platformSecrets;
  const others = [gatewayUsers, gatewayCertificate, gatewayKey, authorityCertificate, authorityKey].map(
    ({ file }): string => file,
  );
  return {
    directory,
    passwords: secretsOf(profile)
      .filter(({ file }) => !others.includes(file))
      .map(kept),
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
