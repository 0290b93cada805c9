/** The four algorithms over the recorded 27 minutes of AAPL, at three venues with fees and latencies: desk, venues and replay as they are. */
import path from 'node:path';
import { Algorithm, algorithms, Side } from '@nautilus/core/domain';
import { RecordedFloor } from '../../../bench/routing/recorded-floor';
import { threeVenues } from '../../../bench/routing/routing-cost';
import { costReply } from '../../../engines/ems/cost-reply';
import { builtInModels } from '../../../engines/ems/models/built-in';
import { parentRecord } from '../../../engines/ems/parent-record';
import { type CostReport, costReport } from '../../../engines/ems/tca';
import { type LobsterSession, loadLobster } from '../../../engines/marketdata/lobster';

const file = path.join(__dirname, '../../../engines/marketdata/data/AAPL_2012-06-21_message_50_first40000.csv.gz');
const SECOND = 1e9;
const QUANTITY = 5_000;
const BEGIN_NS = 34_260 * SECOND;

describe('5,000 AAPL over the sample at three venues', () => {
  let session: LobsterSession;
  const reports: CostReport[] = [];

  beforeAll(async () => {
    session = await loadLobster(file);
  });

  test.each([
    ['TWAP', { algorithm: Algorithm.twap, slices: 80 }],
    ['VWAP', { algorithm: Algorithm.vwap, slices: 80 }],
    ['POV of 10 %', { algorithm: Algorithm.pov, slices: 160, participation: 1_000 }],
    ['implementation shortfall', { algorithm: Algorithm.is, slices: 80, riskAversion: 1e-5 }],
  ])('%s: the numbers of its report add up', (_, terms) => {
    const floor = new RecordedFloor({ session, terms: threeVenues, models: builtInModels().get('AAPL')! });
    const { timeNs, count } = session.events;
    const endNs = timeNs[count - 1]! - 10 * SECOND;
    floor.playTo(BEGIN_NS);
    floor.submit({ orderId: 1, side: Side.buy, quantity: QUANTITY, endNs, ...terms });
    floor.playTo(endNs + 5 * SECOND);
    const report = costReport(parentRecord(floor.desk, 0));
    const { filled, shortfall, children, maker, taker, venues } = report;
    reports.push(report);
    console.info(JSON.stringify({ ...costReply(report, 'AAPL', floor.names), children: children.length }, null, 1));

    expect(floor.done).toEqual({ quantity: filled.quantity, notional: filled.notional, fees: filled.fees });
    expect(filled.quantity + report.left).toBe(QUANTITY);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    for (const part of ['quantity', 'notional', 'fees', 'fills'] as const) {
      expect(sum(children.map((child) => child[part]))).toBe(filled[part]);
      expect(sum(venues.map((venue) => venue[part]))).toBe(filled[part]);
      expect(maker[part] + taker[part]).toBe(filled[part]);
    }
    const { delay, timing, execution, opportunity, fees, total } = shortfall!;
    expect(delay + timing + execution + opportunity + fees).toBe(total);
    expect(fees).toBe(filled.fees);
    expect(venues).toHaveLength(3);
    expect(floor.desk.orders.working).toBe(0);
    // What is not scheduled by the clock need not be done by its end.
    if (terms.algorithm !== Algorithm.pov) expect(report.left).toBe(0);
    else expect(report.participation).toBeLessThanOrEqual(0.1 / 1.1 + 0.001);
    expect(floor.desk.children.faults).toEqual({ strayEvents: 0, repeatedFills: 0, excessFills: 0, lateAnswers: 0 });
  });

  test('the same inputs give the same fills, children and report', () => {
    const run = () => {
      const floor = new RecordedFloor({ session, terms: threeVenues, models: builtInModels().get('AAPL')! });
      floor.playTo(BEGIN_NS);
      for (const [index, algorithm] of [Algorithm.vwap, Algorithm.is, Algorithm.none].entries()) {
        const scheduled = algorithm !== Algorithm.none;
        floor.submit({
          orderId: index + 1,
          side: index & 1,
          quantity: 1_000,
          algorithm,
          slices: scheduled ? 30 : 0,
          endNs: scheduled ? BEGIN_NS + 300 * SECOND : 0,
        });
      }
      floor.playTo(BEGIN_NS + 400 * SECOND);
      return [1, 2, 3].map((orderId) => parentRecord(floor.desk, floor.desk.orders.find(orderId)));
    };
    const first = run();
    expect(first.every(({ children }) => children.length > 0)).toBe(true);
    expect(run()).toEqual(first);
  });

  test('they differ: implementation shortfall is done early, TWAP in equal parts', () => {
    const costs = reports.map(({ algorithm, shortfall }) => [algorithms.name(algorithm), shortfall!.total]);
    expect(new Set(costs.map(([, total]) => total)).size).toBe(4);
    const meanFillNs = ({ children }: CostReport) =>
      children.reduce((sum, { sentNs, quantity }) => sum + sentNs * quantity, 0) / QUANTITY;
    expect(meanFillNs(reports[3]!)).toBeLessThan(meanFillNs(reports[0]!));
  });
});
