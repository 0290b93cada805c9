import { z } from '@nautilus/core/kernel';
import { almgrenChriss } from './models/almgren-chriss';
import { executionProblem, type ImpactEstimate } from './models/impact-model';
import { targetAfter } from './models/schedule';

const MOST_SLICES = 1000;

export const ScheduleQuestion = z.strictObject({
  symbol: z.string(),
  quantity: z.coerce.number().int().min(1).max(0x7fffffff),
  seconds: z.coerce.number().positive().max(86_400),
  slices: z.coerce.number().int().min(1).max(MOST_SLICES),
  riskAversion: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe('λ of Almgren and Chriss, per unit of currency; 0 is TWAP'),
});
export type ScheduleQuestion = z.infer<typeof ScheduleQuestion>;

const Money = z.number().describe('in units of the currency');

export const ScheduleEstimate = z.object({
  ...ScheduleQuestion.shape,
  expectedCost: Money.describe('over the mid at arrival, if every slice crosses, fees not included'),
  costDeviation: Money.describe('of the cost, from what the price does meanwhile'),
  halfLifeSeconds: z
    .number()
    .nullable()
    .describe('in which an order without end falls to 1/e; null when it is not risk-averse'),
  targets: z.array(z.int()).describe('shares that should be done by the end of each slice'),
});
export type ScheduleEstimate = z.infer<typeof ScheduleEstimate>;

/** What the schedule of an implementation-shortfall order would be, and what it is expected to cost. */
export function scheduleEstimate(question: ScheduleQuestion, impact: ImpactEstimate): ScheduleEstimate {
  const plan = almgrenChriss(executionProblem(impact, question));
  return {
    ...question,
    expectedCost: plan.expectedCost,
    costDeviation: plan.costDeviation,
    halfLifeSeconds: Number.isFinite(plan.halfLifeSeconds) ? plan.halfLifeSeconds : null,
    targets: Array.from(plan.schedule, (_, slice) => targetAfter(question.quantity, plan.schedule, slice)),
  };
}
