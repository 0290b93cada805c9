import { containerName, type Profile, volumeName } from '@nautilus/config';
import { isService, partsOf, type Secret, type Service, secretsOf, stateVolumes } from '@nautilus/constructs';
import { type Manifest, type ManifestSecret, type ManifestService, manifestVersion } from '@nautilus/manifest';
import { type App, TerraformStack } from 'cdktf';
import { security } from './security';

/** Everything that the stacks of an app declare, in the platform's own terms. */
export function declaration(app: App, profile: Profile): Manifest {
  const { name, subnet, gateway, mtu, bridgeName } = profile.network;
  const constructs = app.node.findAll();
  const stacks = constructs.filter(TerraformStack.isStack);
  const services = constructs.filter(isService);
  return {
    version: manifestVersion,
    profile: { name: profile.name, hash: profile.hash, file: profile.file },
    project: profile.project,
    network: {
      name,
      subnet: subnet.toString(),
      gateway: gateway.toString(),
      mtu,
      bridgeName,
      expectations: [
        {
          subject: 'network',
          setting: 'com.docker.network.driver.mtu',
          value: String(mtu),
          reason: 'packets between containers never leave the machine: fewer, larger ones cost less',
          source: 'the profile',
        },
      ],
    },
    services: services.map((service) => declare(service, profile)),
    secrets: secretsOf(profile).map((secret) => declareSecret(secret, services)),
    security: security(app, profile),
    volumes: [
      ...stateVolumes.map((volume) => ({
        name: volumeName(profile, volume),
        stack: 'storage',
        purpose: `state: ${volume}`,
        kept: true,
      })),
      {
        name: volumeName(profile, 'shared-memory'),
        stack: 'foundation',
        purpose: "the engines' rings, in memory",
        kept: false,
      },
    ],
    stacks: stacks.map((stack) => ({
      name: stack.node.id,
      dependsOn: stack.dependencies.map(({ node }) => node.id),
    })),
  };
}

function declare(service: Service, profile: Profile): ManifestService {
  const { props } = service;
  const { claim, address, port, published, endpoints } = props.service;
  return {
    name: service.name,
    stack: service.stack,
    container: containerName(profile, service.name),
    image: props.image,
    port: port.number,
    address: address.toString(),
    published: published
      ? endpoints.map((endpoint) => ({
          address: profile.exposure.address.toString(),
          port: endpoint.hostPort.number,
          target: endpoint.port.number,
        }))
      : [],
    memory: {
      minBytes: claim.memory.min.bytes,
      limitBytes: claim.memory.limit.bytes,
      maxBytes: claim.memory.max.bytes,
      worstCase: (props.worstCase ? partsOf(service) : []).map(({ name, size }) => ({ name, bytes: size.bytes })),
    },
    cpus: claim.cpus.cores,
    priority: claim.priority,
    policy: claim.policy,
    labels: Object.fromEntries(service.labels),
    env: Object.keys(props.env ?? {}),
    volumes: service.volumes.map(({ volume, target, readOnly = false }) => ({
      volume: volumeName(profile, volume),
      path: target,
      readOnly,
    })),
    health: {
      test: [...props.health.test],
      interval: props.health.every.toGo(),
      timeout: props.health.timeout.toGo(),
      startPeriod: props.health.startPeriod.toGo(),
      retries: props.health.retries,
    },
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
