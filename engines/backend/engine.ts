import { catalog, services as catalogue } from '@nautilus/config/catalog';
import { defineEngine, type Engine, type EngineIo, z } from '@nautilus/core/kernel';
import { AccelerationMetrics, accelerationMetrics, NeuralStatus, neuralStatus } from './acceleration';
import { shared } from './ask';
import { Benchmark, BenchmarkResult } from './benchmark';
import { BackendConfig } from './config';
import { engineStatuses } from './engine-status';
import { HostAgent } from './host-agent';
import { probe, ServiceReport } from './probe';
import { CoreUtilization, coreUtilizationOf } from './utilization';

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

/** The bundle of `thread.ts`, which lies beside the engine's own. */
const threadProgram = __filename.replace(/\.js$/, '-thread.js');

/** Asks every service at the same time; who comes while they are being asked gets the same answer. */
class Backend implements Engine {
  readonly health: () => Promise<z.infer<typeof Health>>;
  readonly coreUtilization: () => Promise<CoreUtilization>;
  readonly benchmark: Benchmark;
  private readonly look: () => ReturnType<Backend['sight']>;
  private readonly agent: HostAgent;

  constructor(
    readonly config: BackendConfig,
    readonly io: EngineIo,
  ) {
    this.agent = new HostAgent(config.hostAgent);
    this.benchmark = new Benchmark(config.benchmark.copyBytes, threadProgram);
    this.health = shared(async () => ({
      askedAt: new Date().toISOString(),
      services: await Promise.all(config.services.map((service) => probe(service))),
    }));
    this.coreUtilization = coreUtilizationOf(config, io.hardware, this.agent);
    this.look = shared(() => this.sight());
  }

  stop() {
    return this.benchmark.stop();
  }

  status() {
    return { services: this.config.services.length };
  }

  platform(): z.infer<typeof Platform> {
    const deployed = new Set(this.config.services.map(({ name }) => name));
    return { profile: this.io.profile, services: catalogue.filter(({ name }) => deployed.has(name)) };
  }

  async acceleration() {
    return accelerationMetrics(await this.look());
  }

  async neuralEngine() {
    return neuralStatus(await this.look());
  }

  private async sight() {
    const askedAt = new Date().toISOString();
    const [host, engines] = await Promise.all([this.agent.view(), engineStatuses(this.config.services)]);
    return { askedAt, declared: this.io.hardware, host, engines, last: this.benchmark.last };
  }
}

/** The platform as a whole: what is deployed, and how each part of it is at this moment. */
export const backend = defineEngine({
  service: catalog.backend,
  config: BackendConfig,
  create: (config, io) => new Backend(config, io),
  routes: ({ get, post }) => [
    get('/api/v1/platform', { reply: Platform, summary: 'What is deployed' }, (_, platform) => platform.platform()),
    get(
      '/api/v1/platform/services',
      { reply: Health, summary: 'Every service asked now: ready or not, and why' },
      (_, platform) => platform.health(),
    ),
    get(
      '/api/v1/acceleration/metrics',
      { reply: AccelerationMetrics, summary: 'What computes on what, and what is known of GPU and Neural Engine' },
      (_, platform) => platform.acceleration(),
    ),
    get(
      '/api/v1/acceleration/neural/status',
      { reply: NeuralStatus, summary: 'Whether the Neural Engine can be reached, and what is known of it' },
      (_, platform) => platform.neuralEngine(),
    ),
    get(
      '/api/v1/optimization/core-utilization',
      { reply: CoreUtilization, summary: 'How busy the cores are, by service: looks twice, a second apart' },
      (_, platform) => platform.coreUtilization(),
    ),
    post(
      '/api/v1/benchmarks/m4max/run',
      {
        reply: BenchmarkResult,
        summary: 'Measures this container for some seconds; 409 while another run is under way',
      },
      (_, platform) => platform.benchmark.run(),
    ),
  ],
});
