import { z } from '@nautilus/core/kernel';

const Money = z.number().describe('in units of the currency, exact to 0.0001');

export const PositionReply = z.object({
  account: z.string(),
  symbol: z.string(),
  currency: z.string(),
  quantity: z.int().describe('shares; negative is short'),
  averagePrice: z.number().nullable().describe('cost of the open position a share, to eight decimals; null when flat'),
  realised: Money,
  unrealised: Money.nullable().describe('null while there is no price to mark it at'),
  mark: z
    .object({ price: z.number(), from: z.enum(['mid', 'last']) })
    .nullable()
    .describe('the middle of the quote, or the last trade while a side of it is empty'),
  value: Money.nullable().describe('quantity × mark'),
});

export const PositionList = z.object({ positions: z.array(PositionReply) });

export const CashList = z.object({
  cash: z.array(z.object({ account: z.string(), currency: z.string(), balance: Money, initial: Money })),
});

export const StateReply = z.object({
  sequence: z.int().describe('the last execution that is booked'),
  durable: z.int().describe('the last execution that is safe on disk'),
  stateHash: z.string().describe('of all positions and balances'),
  refusal: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).nullable(),
});

export type PositionReply = z.infer<typeof PositionReply>;
export type CashList = z.infer<typeof CashList>;
export type StateReply = z.infer<typeof StateReply>;
