import { isFoundByName, type Profile } from '@nautilus/config';
import {
  PersistentVolume,
  PlatformNetwork,
  type Secret,
  Secrets,
  Service,
  SharedMemory,
  secretsOf,
} from '@nautilus/constructs';
import { type Manifest, type ManifestSecret, type ManifestService, manifestVersion } from '@nautilus/manifest';
import { type App, TerraformStack } from 'cdktf';
import { security } from './security';

/** Everything that the stacks of an app declare, in the platform's own terms. */
export function declaration(app: App, profile: Profile): Manifest {
  const constructs = app.node.findAll();
  const stacks = constructs.filter(TerraformStack.isStack);
  const all = <T>(kind: new (...args: never) => T) =>
    constructs.filter((part): part is T & typeof part => part instanceof kind);
  const services = all(Service);
  const network = all(PlatformNetwork)[0]!;
  return {
    version: manifestVersion,
    profile: { name: profile.name, hash: profile.hash, ...(!isFoundByName(profile) && { file: profile.file }) },
    project: profile.project,
    network: {
      ...network.declared,
      expectations: [
        {
          subject: 'network',
          setting: 'com.docker.network.driver.mtu',
          value: String(profile.network.mtu),
          reason: 'packets between containers never leave the machine: fewer, larger ones cost less',
          source: 'the profile',
        },
      ],
    },
    services: services.map(declare),
    oneShots: all(Secrets).map(({ declared }) => declared),
    secrets: secretsOf(profile).map((secret) => declareSecret(secret, services)),
    security: security(app, profile),
    volumes: [
      ...all(PersistentVolume).map(({ declared }) => declared),
      ...all(SharedMemory).map(({ declared }) => declared),
    ],
    stacks: stacks.map((stack) => ({
      name: stack.node.id,
      dependsOn: stack.dependencies.map(({ node }) => node.id),
    })),
  };
}

function declare(service: Service): ManifestService {
  const { claim, address, port } = service.props.service;
  return {
    ...service.declared,
    port: port.number,
    address: address.toString(),
    priority: claim.priority,
    policy: claim.policy,
    expectations: [...service.expectations],
  };
}

function declareSecret(secret: Secret, services: readonly Service[]): ManifestSecret {
  const { file, gid, service, rotation } = secret;
  return {
    file,
    service,
    readers: services
      .filter(({ props }) => props.secrets?.some((mounted) => mounted.gid === gid))
      .map(({ name }) => name),
    rotation:
      rotation.how === 'command'
        ? { service, afterwards: { how: 'file' }, ...rotation, argv: [...rotation.argv] }
        : rotation,
  };
}
