import { type Profile, schemaVersions } from '@nautilus/config';
import type { Expectation } from '@nautilus/manifest';
import { preloaded } from './settings';

/** What an extension is compared with: each image brings a version of its own. */
const asInTheImage = "the image's version";

/** Extensions and tables that must be in the platform's database, in which version. */
export const contentExpectations = ({ services }: Profile): Expectation[] => [
  ...preloaded.map(
    (setting): Expectation => ({
      subject: 'postgres-extension',
      setting,
      value: asInTheImage,
      reason: 'made and brought up to date at each start, where the image has its library',
      source: 'the platform',
      onlyWith: setting,
    }),
  ),
  ...Object.entries(schemaVersions)
    .filter(([engine]) => services[engine as keyof typeof schemaVersions])
    .map(
      ([setting, value]): Expectation => ({
        subject: 'postgres-schema',
        setting,
        value,
        reason: 'the newest step of its tables that this release of the engine knows; it applies them when it connects',
        source: 'the platform',
      }),
    ),
];
