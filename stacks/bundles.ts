import { join } from 'node:path';
import { type EngineName, engineNames, installationRoot, type Profile, sampleFile } from '@nautilus/config';
import { databaseBundle, engineBundle, type ImageBundle, secretsBundle } from '@nautilus/constructs';

/** Build contexts of our own images; of an engine only where the profile deploys it. */
export type Bundles = Readonly<Record<'secrets' | 'postgres', ImageBundle> & Partial<Record<EngineName, ImageBundle>>>;

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
    .map((engine) => [engine, engineBundle({ profile, engine, bundles: sources.engines, samples: samplesOf[engine] })]);
  return {
    ...(Object.fromEntries(engines) as Partial<Record<EngineName, ImageBundle>>),
    secrets: secretsBundle(profile),
    postgres: databaseBundle(profile),
  };
}
