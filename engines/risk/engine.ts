import { catalog } from '@nautilus/config/catalog';
import { tables, topics } from '@nautilus/core/domain';
import { defineEngine, z } from '@nautilus/core/kernel';
import { RiskConfig } from './config';
import { Limits } from './limits';
import { Breach } from './position-watch';
import { RiskEngine } from './risk-engine';

const ByAccount = z.object({ account: z.string().describe('name of the account') });

const Account = z.object({
  id: z.int(),
  name: z.string(),
  limits: Limits,
  source: z.enum(['configured', 'changed']),
  changedAt: z.string().nullable(),
  killSwitch: z.boolean().describe('the switch of the account or the one for all'),
});
const LimitList = z.object({ killSwitch: z.boolean().describe('the switch for all'), accounts: z.array(Account) });

const LimitsChange = Limits.partial().refine((change) => Object.keys(change).length > 0, 'name at least one limit');
const KillSwitch = z.strictObject({
  engaged: z.boolean(),
  account: z.string().optional().describe('name of the account; all accounts when left out'),
});

const LostExecutions = z.int().describe('positions are complete only when this is 0');
const BreachList = z.object({ lostExecutions: LostExecutions, breaches: z.array(Breach) });
const Exposure = z.object({
  lostExecutions: LostExecutions,
  positions: z.array(
    z.object({
      account: z.string(),
      symbol: z.string(),
      quantity: z.int(),
      maxPosition: z.int().nullable(),
      used: z.number().nullable().describe('share of the position limit'),
    }),
  ),
});

export const risk = defineEngine({
  service: catalog.risk,
  config: RiskConfig,
  consumes: { executions: topics.executions },
  writes: { limits: tables.limits },
  create: async (config, io) =>
    new RiskEngine(config, io, await io.subscribe(topics.executions, { reliable: true, acknowledge: 'manual' })),
  routes: ({ get, put, post, del }) => [
    get('/api/v1/risk/limits', { reply: LimitList, summary: 'Limits in force' }, (_, risk) => risk.limitsInForce()),
    get(
      '/api/v1/risk/limits/:account',
      { params: ByAccount, reply: Account, summary: 'Limits of one account' },
      ({ params }, risk) => risk.limitsOf(params.account),
    ),
    put(
      '/api/v1/risk/limits/:account',
      {
        params: ByAccount,
        body: LimitsChange,
        reply: Account,
        summary: 'Changes the named limits; survives a restart',
      },
      ({ params, body }, risk) => risk.changeLimits(params.account, body),
    ),
    del(
      '/api/v1/risk/limits/:account',
      { params: ByAccount, reply: Account, summary: 'Back to the configured limits' },
      ({ params }, risk) => risk.resetLimits(params.account),
    ),
    post(
      '/api/v1/risk/kill-switch',
      { body: KillSwitch, reply: LimitList, summary: 'Refuses every new order until released; survives a restart' },
      ({ body }, risk) => risk.kill(body.engaged, body.account),
    ),
    get(
      '/api/v1/risk/breaches',
      { reply: BreachList, summary: 'Positions past their limit, now and before' },
      (_, risk) => risk.breaches(),
    ),
    get('/api/v1/risk/exposure', { reply: Exposure, summary: 'Positions beside their limits' }, (_, risk) =>
      risk.exposure(),
    ),
  ],
});
