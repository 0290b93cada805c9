import { cachePolicy, Duration, deployedService, type Profile } from '@nautilus/config';
import { type Selector, type Setting, selector } from '../setting';

/** Nothing in these depends on the profile yet. */
type Input = undefined;

const keyGroups = selector('check-key-groups', (_: Input) => ({
  value: '^([%a-]+):',
  reason:
    'a Lua pattern: a key counts under what stands before its first colon, so orders, positions and trades are two series each, whatever their number',
  source: 'redis_exporter documentation',
  requirement: {
    value: 'REDIS_EXPORTER_CHECK_KEYS=orders:*,positions:*,trades:*',
    why: 'that makes two series for each key: three million for 1.5 million keys',
  },
}));

const distinctKeyGroups = selector('max-distinct-key-groups', (_: Input) => ({
  value: 1000,
  reason:
    'a writer that makes up prefixes does not make series without end: the smallest groups are counted together as "overflow"',
  source: 'the requirements',
}));

const batch = selector('check-keys-batch-size', (_: Input) => ({
  value: 100,
  reason: 'keys that are counted between two answers of Redis: 0.3 ms; with the default of 1000 it was 3 ms',
  source: 'measured over 524,000 keys',
}));

const selectors: readonly Selector<Input>[] = [keyGroups, distinctKeyGroups, batch];

/** Options of redis_exporter, by their names on its command line. */
export const tuneRedisExporter = (): readonly Setting[] => selectors.map((select) => select(undefined));

/** What one key costs a reading of all key groups, microseconds of Redis's thread; measured. */
const perKey = 5;
/** Most of Redis's time that counting keys may take: one part in so many. */
const shareOfRedis = 5;

/** How often Prometheus reads the exporter: every reading counts all keys, so a large cache is read less often. */
export function redisExporterScrape(profile: Profile): { readonly interval: Duration; readonly timeout: Duration } {
  const limit = deployedService(profile, 'redis').claim.memory.limit;
  const { orders, positions, trades } = cachePolicy({ limit, clients: profile.workload.cacheClients });
  // An order has a second key: its client's name for it.
  const seconds = ((2 * orders + positions + trades) * perKey) / 1e6;
  const whole = (wanted: number) => Math.ceil(wanted / 5) * 5;
  const interval = Math.max(profile.monitoring.scrapeInterval.milliseconds / 1000, whole(seconds * shareOfRedis));
  return {
    interval: Duration.seconds(interval),
    timeout: Duration.seconds(Math.min(interval, whole(seconds * 2))),
  };
}
