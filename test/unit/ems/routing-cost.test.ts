import path from 'node:path';
import { routingCosts } from '../../../bench/routing/routing-cost';
import { loadLobster } from '../../../engines/marketdata/lobster';

const file = path.join(__dirname, '../../../engines/marketdata/data/AAPL_2012-06-21_message_50_first40000.csv.gz');

test('over the sample, market orders that are routed over three venues cost less than at the best of them alone', async () => {
  const [routed, ...single] = routingCosts(await loadLobster(file));
  const best = Math.min(...single.map(({ cost }) => cost));
  console.info(
    [routed!, ...single]
      .map(({ venues, orders, quantity, left, spreadCost, cost }) =>
        [
          venues.join('+').padEnd(16),
          `${orders} orders, ${quantity} shares, ${left} left`,
          `cost a share ${cost.toFixed(5)}, without fees ${spreadCost.toFixed(5)}`,
        ].join('  '),
      )
      .join('\n'),
  );
  expect(routed!.left).toBe(0);
  expect(routed!.cost).toBeLessThan(best);
});
