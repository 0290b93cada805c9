import { catalog, type EngineName, engineNames } from '@nautilus/config';
import * as z from 'zod';
import { type Check, check, fail, notApplicable, pass, unless } from '../check';
import { body, json, metric, parsed, said } from '../platform/answer';
import { untold } from './known';

const Ready = z.object({ ready: z.boolean(), reason: z.string().optional() });

/** What every engine tells of itself; what else it tells is checked where it is asked for. */
const Status = z.looseObject({
  service: z.string(),
  profile: z.string(),
  uptimeSeconds: z.number(),
  residentBytes: z.number().positive(),
  m4_max_detected: z.boolean().nullable(),
  m4_max_reason: z.string().optional(),
  configuration: z.object({ specHash: z.string() }),
  limits: z.looseObject({ memoryBytes: z.object({ value: z.number().nullable() }) }),
  engine: z.looseObject({ domain: z.null().optional(), reason: z.string().optional() }).optional(),
});

/** The nine that the requirements count; the others are the order systems and what stands before them. */
const nineEngines = engineNames.filter(
  (name) => catalog[name].stack === 'trading' && !['oms', 'ems', 'pms'].includes(name),
);

const surface = 'HTTP surface, every engine';

const health = (engine: EngineName) =>
  check({
    id: `${engine}/health`,
    source: surface,
    command: `curl localhost:${catalog[engine].port}/health`,
    what: `${engine} lives`,
    expectation: 'GET /health answers {"status":"live"}',
    unavailable: (platform) => platform.absent(engine),
    read: async (platform) => json(z.object({ status: z.string() }), await platform.ask(engine, '/health')),
    judge: ({ status }) => (status === 'live' ? pass('live') : fail(status, 'it does not say that it lives')),
  });

const ready = (engine: EngineName) =>
  check({
    id: `${engine}/ready`,
    source: surface,
    command: `curl localhost:${catalog[engine].port}/ready`,
    what: `${engine} can serve`,
    expectation: 'GET /ready answers 200',
    unavailable: (platform) => platform.absent(engine),
    read: (platform) => platform.ask(engine, '/ready'),
    judge: (answer) => {
      if (answer.status === 200) return pass('ready');
      const { reason } = Ready.safeParse(parsed(answer.body)).data ?? {};
      return fail(`HTTP ${answer.status}`, reason ?? said(answer));
    },
  });

const metrics = (engine: EngineName) =>
  check({
    id: `${engine}/metrics`,
    source: surface,
    command: `curl localhost:${catalog[engine].port}/metrics`,
    what: `${engine} is measured`,
    expectation: 'GET /metrics has nautilus_ready at 1 and the CPU time of the process',
    unavailable: (platform) => platform.absent(engine),
    read: async (platform) => body(await platform.ask(engine, '/metrics'), 'its metrics cannot be read'),
    judge: (text) => {
      const [isReady, cpu] = [metric(text, 'nautilus_ready'), metric(text, 'process_cpu_seconds_total')];
      const reading = `${text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length} samples`;
      return unless(
        [
          isReady !== 1 && `nautilus_ready is ${isReady ?? 'absent'}`,
          cpu === undefined && 'process_cpu_seconds_total is absent',
        ],
        reading,
      );
    },
  });

const status = (engine: EngineName) =>
  check({
    id: `${engine}/m4-max`,
    source: 'P Deployment: hardware detection; P Verification: engine M4 Max integration; README 2, 17',
    command: `curl localhost:${catalog[engine].port}/m4-max/status | jq .m4_max_detected`,
    what: `${engine} tells the truth about its machine`,
    expectation:
      'true or false, or null with a reason; every other value with its origin; the configuration and memory limit that were declared',
    unavailable: (platform) => platform.absent(engine),
    read: async (platform) => json(Status, await platform.ask(engine, '/m4-max/status')),
    judge: (answer, platform) => {
      const { m4_max_detected: detected, m4_max_reason: reason } = answer;
      const hash = answer.configuration.specHash;
      const expected = platform.configuration(engine).specHash;
      const declared = platform.containers?.manifest.services.find(({ name }) => name === engine)?.memory;
      const limit = answer.limits.memoryBytes.value;
      const outside = declared && (limit === null || limit < declared.minBytes || limit > declared.maxBytes);
      return unless(
        [
          answer.service !== engine && `what answers there is ${answer.service}`,
          answer.profile !== platform.profile.name && `it runs with profile ${answer.profile}`,
          detected === null && !reason && 'm4_max_detected is null without a reason',
          ...untold(answer),
          hash !== expected && `it runs with configuration ${hash}, declared is ${expected}`,
          outside && `its cgroup allows ${limit ?? 'unlimited'} bytes, declared are ${declared.limitBytes}`,
        ],
        detected === null ? 'null, with a reason' : String(detected),
      );
    },
  });

const domain = (engine: EngineName) =>
  check({
    id: `${engine}/domain`,
    source: 'README 22',
    what: `${engine} does the work that it is named for`,
    expectation: 'its status tells of its own work',
    unavailable: (platform) => platform.absent(engine),
    read: async (platform) => json(Status, await platform.ask(engine, '/m4-max/status')),
    judge: ({ engine: own }) => {
      if (own?.domain === null) return notApplicable(own.reason ?? `${engine} does no domain work yet`);
      return own && Object.keys(own).length > 0
        ? pass(
            Object.entries(own)
              .slice(0, 3)
              .map(([name, value]) => `${name} ${String(value)}`)
              .join(', '),
          )
        : fail('nothing', 'its status tells of no work');
    },
  });

export const engineChecks: readonly Check[] = [
  ...engineNames.flatMap((engine) => [health(engine), ready(engine), metrics(engine), status(engine)]),
  ...nineEngines.map(domain),
];
