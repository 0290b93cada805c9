import { IMPOSSIBLE, isLive, lifeCycle, OrderEvent, OrderStatus, transition } from '../../../engines/oms/life-cycle';

/**
 * Written by hand from FIX 4.4's order state change matrices, by column letters: N pendingNew, W new, P partiallyFilled,
 * C pendingCancel, R pendingReplace, F filled, X cancelled, J rejected, E expired, S suspended, . impossible.
 */
const expected = `
event            none N W P C R F X J E S
accepted         N    . . . . . . . . . .
working          .    W W P C R F X J E S
partialFill      .    P P P C R . . . . .
completeFill     .    F F F F F . . . . .
cancelRequested  .    C C C . C . . . . X
cancelled        .    X X X X X F X J E S
replaceRequested .    R R R . . . . . . S
replaced         .    W W P C W F X J E S
changeRejected   .    N W P W W F X J E S
rejected         .    J J J J J F X J E S
expired          .    E E E E E F X J E S
sessionStarted   .    N N P C R F X J E S
held             S    . . . . . . . . . .
suspendRequested .    C C C . . . . . . .
suspended        .    S S S S S . . . . .
released         .    . . . . . . . . . N`;

const letters = 'NWPCRFXJES';
const states = ['none', ...letters].map((_, status) => status);
const names = Object.keys(OrderStatus);
const rows = expected.trim().split('\n').slice(1);
const cases = rows.flatMap((row) => {
  const [event = '', ...cells] = row.split(/\s+/);
  return states.map((status) => [names[status] as string, event, cells[status] as string] as const);
});

test('the table knows every event', () => {
  expect(rows.map((row) => row.split(/\s+/)[0]).sort()).toEqual(Object.keys(OrderEvent).sort());
});

test.each(cases)('%s, %s: %s', (from, event, to) => {
  const status = OrderStatus[from as keyof typeof OrderStatus];
  const code = OrderEvent[event as keyof typeof OrderEvent];
  expect(transition(status, code, 0)).toBe(to === '.' ? IMPOSSIBLE : letters.indexOf(to) + 1);
});

test('an order that goes back to work with fills is partially filled', () => {
  for (const from of [OrderStatus.pendingCancel, OrderStatus.pendingReplace])
    expect(transition(from, OrderEvent.changeRejected, 1)).toBe(OrderStatus.partiallyFilled);
  expect(transition(OrderStatus.pendingReplace, OrderEvent.replaced, 1)).toBe(OrderStatus.partiallyFilled);
  expect(transition(OrderStatus.suspended, OrderEvent.released, 1)).toBe(OrderStatus.partiallyFilled);
});

test('an order that has ended stays as it is, and cannot be filled', () => {
  for (const status of Object.values(OrderStatus).filter((one) => one > 0 && !isLive(one))) {
    const reachable = Object.values(OrderEvent).map((event) => transition(status, event, 5));
    expect(new Set(reachable)).toEqual(new Set([status, IMPOSSIBLE]));
    expect(transition(status, OrderEvent.partialFill, 5)).toBe(IMPOSSIBLE);
    expect(transition(status, OrderEvent.completeFill, 5)).toBe(IMPOSSIBLE);
  }
});

test('every state can be reached and every live one can end', () => {
  const targets = new Set(Object.values(lifeCycle).flatMap((row) => Object.values(row)));
  expect([...targets].filter((target) => target !== 'open' && target !== 'sent').sort()).toEqual(
    names.filter((name) => name !== 'none').sort(),
  );
});
