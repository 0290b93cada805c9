import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { spread } from '@nautilus/core/measure';
import { loadLobster } from '@nautilus/marketdata/lobster';
import { type BenchResult, ratio } from '../result';
import { routingCosts, threeVenues } from './routing-cost';

const SAMPLE = 'AAPL_2012-06-21_message_50_first40000.csv.gz';
/** Seconds between two orders: each rhythm meets the market at other moments. */
const RHYTHMS = [8, 9, 10, 11, 12];
const CENTS = 100;

/** Market orders into the recorded market, routed over three venues, beside each venue alone: what they cost, not how fast they are. */
export async function routingBenchmark(): Promise<BenchResult> {
  const session = await loadLobster(path.join(installationRoot(), 'engines/marketdata/data', SAMPLE));
  const measured: Record<string, number[]> = {};
  let shares = 0;
  let left = 0;
  for (const seconds of RHYTHMS) {
    const [routed, ...alone] = routingCosts(session, threeVenues, { everyNs: seconds * 1e9 });
    const costs = [routed!, ...alone].map(({ venues, cost }) => [venues.join(' + '), cost * CENTS] as const);
    const best = Math.min(...costs.slice(1).map(([, cost]) => cost));
    for (const [side, cost] of [...costs, [BEST, best] as const]) (measured[side] ??= []).push(cost);
    shares += routed!.quantity;
    left += routed!.left;
  }
  const router = threeVenues.map(({ name }) => name).join(' + ');
  return {
    name: 'routing, cost of market orders against the mid, fees included',
    unit: 'cents a share',
    repeats: RHYTHMS.length,
    figures: Object.fromEntries(Object.entries(measured).map(([side, values]) => [side, spread(values)])),
    ratios: [ratio({ of: [router, BEST], better: 'lower', goal: 1 }, measured)!],
    absent: [],
    note: `${shares} shares in orders of 100 to 500, one every ${RHYTHMS.join(', ')} s of the LOBSTER sample; ${left} found nobody. A repeat is a rhythm: the same one gives the same cost`,
  };
}

const BEST = 'the best of them alone';
