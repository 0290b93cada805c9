import { type CheckResult, checks, junit, type Verification, verification, verify } from '../../../operations/verify';
import { check, pass } from '../../../operations/verify/check';
import { parseAnswer } from '../../../operations/verify/platform/inside-http';
import { answer, GreenPlatform } from './green-platform';

const props = { source: 'README 1', what: 'w', expectation: 'e' };
const at = new Date('2026-11-22T12:00:00Z');
const of = (results: readonly CheckResult[]): Verification =>
  verification({ profile: 'ci', mode: 'docker' }, results, { at, seconds: 1.5 });
const ids = (results: readonly CheckResult[]) => results.map(({ id }) => id);

describe('which checks', () => {
  test('a subject stands for all of its checks', async () => {
    const results = await verify({ platform: new GreenPlatform(), only: ['redis', 'oms/health'] });
    expect(ids(results)).toEqual(['oms/health', 'redis/memory', 'redis/settings']);
  });

  test('an unknown name is refused with what there is', async () => {
    await expect(verify({ platform: new GreenPlatform(), only: ['omss'] })).rejects.toMatchObject({
      code: 'NAUT_CHECK_UNKNOWN',
      details: [expect.stringContaining('oms, ')],
    });
  });

  test('without orders nothing is traded', async () => {
    const platform = new GreenPlatform();
    const results = await verify({ platform, only: ['trading'], withoutOrders: true });
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['not-applicable']));
    expect(platform.trading.orders).toEqual([]);
  });
});

describe('what cannot be read', () => {
  test('is unknown, never a pass', async () => {
    const broken = check({
      ...props,
      id: 'a/b',
      read: async () => {
        throw new Error('exec failed');
      },
      judge: () => pass('fine'),
    });
    const [result] = await verify({ platform: new GreenPlatform(), checks: [broken] });
    expect(result).toMatchObject({ verdict: 'unknown', reason: 'exec failed' });
    expect(of([result!]).verdict).toBe('unknown');
  });

  test('of settings is unknown, and a difference beside it is red', async () => {
    const platform = new GreenPlatform();
    const mine = platform.settings.filter(({ service }) => service === 'redis');
    Object.assign(mine[0]!, { live: undefined, verdict: 'unread', reason: 'no answer' });
    const read = async () => (await verify({ platform, only: ['redis/settings'] }))[0];
    expect(await read()).toMatchObject({ verdict: 'unknown', reason: 'redis: no answer' });
    Object.assign(mine[1]!, { live: 'x', verdict: 'differs' });
    expect(await read()).toMatchObject({ verdict: 'fail' });
  });

  test('of the engine is unknown, too', async () => {
    const platform = new GreenPlatform();
    platform.drift = { findings: [], unread: [{ layer: 'docker', what: 'volumes', reason: 'no answer' }] };
    const [result] = await verify({ platform, only: ['platform/declared'] });
    expect(result).toMatchObject({ verdict: 'unknown', reason: 'volumes: no answer' });
  });

  test('an answer that is no JSON, or of another shape, is red', async () => {
    const platform = new GreenPlatform();
    const read = async () => (await verify({ platform, only: ['oms/health'] }))[0];
    platform.http['oms /health'] = () => answer('<html>');
    expect(await read()).toMatchObject({ verdict: 'fail', reason: 'the answer is no JSON' });
    platform.http['oms /health'] = () => answer({ status: 1 });
    expect(await read()).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('another shape: status') });
  });
});

test('what loads the machine runs when all others are done', async () => {
  const order: string[] = [];
  const noting = (id: string, alone: boolean) =>
    check({
      ...props,
      id,
      alone,
      read: async () => {
        await new Promise((resolve) => setTimeout(resolve, alone ? 0 : 5));
        order.push(id);
      },
      judge: () => pass(''),
    });
  const results = await verify({
    platform: new GreenPlatform(),
    checks: [noting('load/one', true), noting('quick/one', false), noting('quick/two', false)],
  });
  expect(order.at(-1)).toBe('load/one');
  expect(ids(results)).toEqual(['load/one', 'quick/one', 'quick/two']);
});

describe('the round trip', () => {
  const trading = (platform: GreenPlatform, ...only: string[]) => verify({ platform, only });

  test('leaves the account as it was, but for the spread, and says so', async () => {
    const platform = new GreenPlatform();
    const [closed] = await trading(platform, 'trading/closed');
    expect(platform.trading.position).toBe(0);
    expect(closed?.reading).toBe('2 orders in account main, cost 0.23 USD');
  });

  test('is made once, however many checks ask', async () => {
    const platform = new GreenPlatform();
    await trading(platform, 'trading');
    expect(platform.trading.orders.map(({ side }) => side)).toEqual(['buy', 'sell']);
  });

  test('others who trade meanwhile are no fault of the position', async () => {
    const platform = new GreenPlatform();
    const enter = platform.http['oms POST /api/v1/orders']!;
    let others = 0;
    platform.http['oms POST /api/v1/orders'] = (request, query) => {
      const own = enter(request, query);
      const { executions } = platform.trading;
      if (others++ === 0) {
        const executionId = executions.length + 1;
        executions.push({
          executionId,
          orderId: 99,
          account: 'main',
          symbol: 'AAPL',
          side: 'sell',
          price: 500,
          quantity: 30,
        });
        platform.trading.position -= 30;
        platform.trading.cash += 15_000;
      }
      return own;
    };
    const results = await trading(platform, 'trading/position', 'trading/cash');
    expect(results.map(({ verdict, reading }) => [verdict, reading])).toEqual([
      ['pass', '0 → -29 AAPL'],
      ['pass', '14413.8600 USD'],
    ]);
  });

  test('sells first where no more may be held', async () => {
    const platform = new GreenPlatform();
    platform.trading.position = 10_000;
    await trading(platform, 'trading/closed');
    expect(platform.trading.orders.map(({ side }) => side)).toEqual(['sell', 'buy']);
    expect(platform.trading.position).toBe(10_000);
  });

  test('is traded back even where its traces cannot be read', async () => {
    const platform = new GreenPlatform();
    const cash = platform.http['pms /api/v1/cash']!;
    platform.http['pms /api/v1/cash'] = (request, query) =>
      platform.trading.orders.length === 1 ? answer({ message: 'busy' }, 503) : cash(request, query);
    const [result] = await trading(platform, 'trading/position');
    expect(result).toMatchObject({ verdict: 'fail', reading: 'HTTP 503 busy' });
    expect(platform.trading.orders.map(({ side }) => side)).toEqual(['buy', 'sell']);
  });

  test('an engaged kill switch is not released, and nothing is entered', async () => {
    const platform = new GreenPlatform();
    platform.http['risk /api/v1/risk/limits'] = () => answer({ killSwitch: true, accounts: [] });
    const [result] = await trading(platform, 'trading/order');
    expect(result).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('kill switch') });
    expect(platform.trading.orders).toEqual([]);
  });

  test('a refused order is red, in the words of the refusal', async () => {
    const platform = new GreenPlatform();
    platform.http['oms POST /api/v1/orders'] = () =>
      answer({ code: 'NAUT_ORDER_LIMITS_STALE', message: 'limits are stale' }, 422);
    const [result] = await trading(platform, 'trading/order');
    expect(result).toMatchObject({
      verdict: 'fail',
      reading: 'HTTP 422 NAUT_ORDER_LIMITS_STALE limits are stale',
      reason: 'the order system refuses to buy one share',
    });
  });

  test('an order that does not end is cancelled', async () => {
    const platform = new GreenPlatform();
    const cancelled: string[] = [];
    platform.http['oms /api/v1/orders/1'] = () =>
      answer({ orderId: 1, clientOrderId: 'x', status: 'new', filledQuantity: 0 });
    platform.http['oms DELETE /api/v1/orders/1'] = () => {
      cancelled.push('1');
      return answer({});
    };
    const [result] = await trading(platform, 'trading/order');
    expect(cancelled).toEqual(['1']);
    expect(result).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('not even after') });
  });
});

describe('the report', () => {
  const results = (['pass', 'fail', 'unknown', 'not-applicable'] as const).map(
    (verdict, index): CheckResult => ({
      ...props,
      id: `a/${verdict}`,
      command: undefined,
      verdict,
      reading: verdict === 'not-applicable' ? '' : '<5> & "6"\u0007',
      reason: verdict === 'pass' ? undefined : 'because',
      ms: index * 10,
    }),
  );

  test('one failure is red; unknown alone is not proved; passes are green', () => {
    const [green, , unread, elsewhere] = results;
    expect(of(results).verdict).toBe('red');
    expect(of([green!, unread!]).verdict).toBe('unknown');
    expect(of([green!, elsewhere!]).verdict).toBe('green');
    expect(of([elsewhere!]).verdict).toBe('unknown');
    expect(of(results).counts).toEqual({ pass: 1, fail: 1, unknown: 1, 'not-applicable': 1 });
  });

  test('as JUnit XML', () => {
    expect(junit(of(results)).split('\n')).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="nautilus verify" tests="4" failures="1" errors="1" skipped="1" time="1.5">',
      '  <testsuite name="nautilus.ci.docker" timestamp="2026-11-22T12:00:00.000Z" tests="4" failures="1" errors="1" skipped="1" time="1.5">',
      '    <testcase classname="nautilus.ci.docker.a" name="pass: w" time="0"><system-out>&lt;5&gt; &amp; &quot;6&quot;</system-out></testcase>',
      '    <testcase classname="nautilus.ci.docker.a" name="fail: w" time="0.01"><failure message="because (read: &lt;5&gt; &amp; &quot;6&quot;); expected: e"/></testcase>',
      '    <testcase classname="nautilus.ci.docker.a" name="unknown: w" time="0.02"><error message="because (read: &lt;5&gt; &amp; &quot;6&quot;); expected: e"/></testcase>',
      '    <testcase classname="nautilus.ci.docker.a" name="not-applicable: w" time="0.03"><skipped message="because"/></testcase>',
      '  </testsuite>',
      '</testsuites>',
      '',
    ]);
  });
});

test('an answer that came through a container is read as it is', () => {
  const text = 'HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n\r\n{"ready":\r\n\r\nfalse}';
  expect(parseAnswer(text)).toEqual({ status: 503, body: '{"ready":\r\n\r\nfalse}' });
  expect(parseAnswer('bash: connect: Connection refused')).toBeUndefined();
});

test('every check says where the requirements ask for it', () => {
  for (const { id, source, expectation } of checks) {
    expect([id, source]).toEqual([id, expect.stringMatching(/^(P |U |README \d|HTTP surface)/)]);
    expect(expectation).not.toBe('');
  }
});
