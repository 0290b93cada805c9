import { catalog, services as catalogue } from '@nautilus/config/catalog';
import { defineEngine, type Engine, type EngineIo, z } from '@nautilus/core/kernel';
import { BackendConfig } from './config';
import { probe, ServiceReport } from './probe';

const Deployed = z.object({
  name: z.string(),
  kind: z.string(),
  stack: z.string(),
  purpose: z.string(),
});

const Platform = z.object({ profile: z.string(), services: z.array(Deployed) });

const Health = z.object({
  askedAt: z.iso.datetime(),
  services: z.array(ServiceReport).describe('in the catalogue’s order'),
});

/** Asks every service at the same time; who comes while they are being asked gets the same answer. */
class Backend implements Engine {
  private asking: Promise<z.infer<typeof Health>> | undefined;

  constructor(
    readonly config: BackendConfig,
    readonly io: EngineIo,
  ) {}

  status() {
    return { services: this.config.services.length };
  }

  platform(): z.infer<typeof Platform> {
    const deployed = new Set(this.config.services.map(({ name }) => name));
    return { profile: this.io.profile, services: catalogue.filter(({ name }) => deployed.has(name)) };
  }

  health(): Promise<z.infer<typeof Health>> {
    this.asking ??= this.askAll().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async askAll() {
    const askedAt = new Date().toISOString();
    return { askedAt, services: await Promise.all(this.config.services.map((service) => probe(service))) };
  }
}

/** The platform as a whole: what is deployed, and how each part of it is at this moment. */
export const backend = defineEngine({
  service: catalog.backend,
  config: BackendConfig,
  create: (config, io) => new Backend(config, io),
  routes: ({ get }) => [
    get('/api/v1/platform', { reply: Platform, summary: 'What is deployed' }, (_, platform) => platform.platform()),
    get(
      '/api/v1/platform/services',
      { reply: Health, summary: 'Every service asked now: ready or not, and why' },
      (_, platform) => platform.health(),
    ),
  ],
});
