import * as z from 'zod';
import { compId } from './fix';

const count = (what: string, from: number, to: number) => {
  const allowed = `${what}: a whole number from ${from} to ${to}`;
  return z
    .int({ error: allowed })
    .min(from, { error: allowed })
    .max(to, { error: allowed })
    .meta({ description: what });
};

/** What a venue takes for a share, or gives. */
const fee = (of: string) => {
  const allowed = `from -1 to 1 with at most four decimals, such as 0.003; a rebate is negative`;
  return z
    .number({ error: allowed })
    .min(-1, { error: allowed })
    .max(1, { error: allowed })
    .refine((amount) => Math.abs(amount * 10_000 - Math.round(amount * 10_000)) < 1e-5, { error: allowed })
    .meta({ description: `currency a share of an order ${of}` });
};

const names = 'up to 8 capitals and digits, such as "XSIM"';

/** A venue's part of the recorded market, and what it costs there. */
const market = {
  name: z
    .string({ error: names })
    .regex(/^[A-Z][A-Z0-9]{0,7}$/, { error: names })
    .meta({ description: 'venue' }),
  capacity: count('orders that rest in a book at once', 1, 2 ** 24).default(262_144),
  share: z
    .number()
    .positive()
    .max(1e6)
    .default(1)
    .meta({ description: 'weight of its part of the recorded orders: what is displayed there' }),
  takerFee: fee('that takes liquidity').default(0),
  makerFee: fee('that rests').default(0),
};

const simulated = z.strictObject({
  kind: z.literal('simulated').optional().default('simulated'),
  ...market,
  latencyMicroseconds: count('of market time, to the venue and back each', 0, 10_000_000).default(0),
});

const hosts = 'a host name or an IPv4 address, without a port';

const fix = z.strictObject({
  kind: z.literal('fix'),
  ...market,
  host: z
    .string({ error: hosts })
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, { error: hosts })
    .meta({ description: 'where the venue takes connections, as the execution system reaches it' }),
  port: count('port of the venue', 1, 65_535),
  senderCompId: compId('of the platform'),
  targetCompId: compId('of the venue'),
  account: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'Account (1) of every order; left out: none is named' }),
  heartbeatSeconds: count(
    'seconds without a message after which either side is asked whether it lives',
    1,
    3600,
  ).default(30),
  symbols: z
    .record(z.string(), z.string().min(1))
    .default({})
    .meta({ description: 'by symbol of trading.instruments, what the venue calls it where that is another' }),
  answerWithinMilliseconds: count(
    'market time in which it answers when all is well; a second later it is asked again',
    0,
    3_600_000,
  ).default(1000),
});

/** Where orders go. */
export const venuesSchema = z
  .array(z.discriminatedUnion('kind', [simulated, fix], { error: 'kind: simulated | fix' }))
  .min(1, { error: 'at least one venue' })
  .max(16, { error: 'at most 16 venues' })
  .default([
    {
      kind: 'simulated',
      name: 'XSIM',
      capacity: 262_144,
      share: 1,
      takerFee: 0,
      makerFee: 0,
      latencyMicroseconds: 0,
    },
  ]);
