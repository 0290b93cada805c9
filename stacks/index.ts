export { assembleBundles, type BundleSources, type Bundles } from './bundles';
export { platform } from './platform';
export { type PlatformStackProps, type StackId, stackIds } from './props';
export { type SynthesisOptions, synthesize } from './synthesize';
