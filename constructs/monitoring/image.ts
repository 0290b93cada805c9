import type { Profile } from '@nautilus/config';
import { ImageBundle } from '../image';
import { prometheusConfiguration, rulesFile } from './configuration';
import { prometheusRules } from './rules';

/** Where the image keeps its configuration; the directory is the official image's own. */
export const configurationDirectory = '/etc/prometheus';

/** The profile's Prometheus image with what it reads and the rules over it: Docker on another machine has no file of ours to mount. */
export const metricsBundle = (profile: Profile): ImageBundle =>
  new ImageBundle({
    name: 'prometheus',
    project: profile.project,
    base: profile.images.prometheus,
    instructions: [`COPY configuration ${configurationDirectory}`],
    files: {
      'configuration/prometheus.yml': { content: prometheusConfiguration(profile) },
      [`configuration/${rulesFile}`]: { content: prometheusRules(profile) },
    },
  });
