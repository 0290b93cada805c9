import { CommandKind, ReportKind, topics } from '@nautilus/core/domain';
import { Platform } from './platform';

let platform: Platform;
beforeAll(async () => {
  platform = new Platform({ engine: { journal: { preallocateBytes: 1 << 20, durability: 'memory' } } });
  await platform.start();
});
afterAll(() => platform.remove());

test('reports are taken while the execution system takes no commands: neither waits for the other for ever', async () => {
  const { around } = platform;
  around.takesCommands = false;
  let entered = 0;
  // More than the ring of commands holds, and what the order system keeps beside it.
  const enough = topics.orderCommands.capacity + (1 << 13) + topics.orderEntry.capacity;
  await around.until('the order system takes no more entries', () => {
    while (entered < enough && around.enter({ clientOrderId: entered + 1 })) entered++;
    return entered === enough;
  });
  around.report({ kind: ReportKind.fill, orderId: 1, quantity: 10 });
  await around.until('the fill is in the positions', () => around.executions.length === 1);

  around.takesCommands = true;
  await around.until(
    'every order is answered and sent on',
    () => around.commands.length === entered && around.acks.length === entered,
  );
  expect(around.accepted()).toHaveLength(entered);
  expect(
    around.commands.every(({ kind, sequence }, index) => kind === CommandKind.submit && sequence === index + 1),
  ).toBe(true);
});
