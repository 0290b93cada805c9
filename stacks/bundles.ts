import { join } from 'node:path';
import {
  type EngineName,
  engineNames,
  installationRoot,
  type Profile,
  type ServiceName,
  sampleFile,
} from '@nautilus/config';
import {
  databaseBundle,
  engineBundle,
  gatewayBundle,
  type ImageBundle,
  metricsBundle,
  postgresExporterBundle,
  secretsBundle,
} from '@nautilus/constructs';

/** Build contexts of our own images, by service; what is not in here is pulled as it is. */
export type Bundles = Readonly<Partial<Record<ServiceName | 'secrets', ImageBundle>>>;

export interface BundleSources {
  /** Folder with one bundle an engine. */
  readonly engines: string;
  /** Folder of the sample market data. @default the one that comes with the platform */
  readonly samples?: string;
}

/** The images of ours, each known by what is in it. */
export function assembleBundles(profile: Profile, sources: BundleSources): Bundles {
  const samples = sources.samples ?? join(installationRoot(), 'engines', 'marketdata', 'data');
  const samplesOf: Partial<Record<EngineName, Record<string, string>>> = {
    marketdata: { [sampleFile]: join(samples, sampleFile) },
  };
  const engines = engineNames
    .filter((engine) => profile.services[engine])
    .map((engine) => engineBundle({ profile, engine, bundles: sources.engines, samples: samplesOf[engine] }));
  const others = [secretsBundle(profile, sources.engines), databaseBundle(profile)];
  if (profile.services.nginx) others.push(gatewayBundle(profile));
  if (profile.services['postgres-exporter']) others.push(postgresExporterBundle(profile));
  if (profile.services.prometheus) others.push(metricsBundle(profile));
  return Object.fromEntries([...engines, ...others].map((bundle) => [bundle.name, bundle]));
}

/** Reference of a service's image: built here, or the profile's own. */
export function imageOf(profile: Profile, bundles: Bundles, service: ServiceName | 'secrets'): string {
  const bundle = bundles[service];
  return bundle ? bundle.reference : profile.images[service as keyof Profile['images']];
}
