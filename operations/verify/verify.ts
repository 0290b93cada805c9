import { NautilusError } from '@nautilus/config';
import { each } from '../each';
import { type Check, type Judgement, notApplicable, Red, unknown } from './check';
import { checks as allChecks } from './checks';
import type { Platform } from './platform/platform';

/** One check with what it came to. */
export interface CheckResult extends Pick<Check, 'id' | 'source' | 'command' | 'what' | 'expectation'>, Judgement {
  /** Time from its first question to its verdict, milliseconds; what it waited for others included. */
  readonly ms: number;
}

export interface VerifyProps {
  readonly platform: Platform;
  /** Ids, or subjects (`oms`, `trading`). @default all */
  readonly only?: readonly string[];
  /** Enter no order. @default false */
  readonly withoutOrders?: boolean;
  /** Told of each check when its verdict is there. @default nobody */
  readonly onResult?: (result: CheckResult) => void;
  /** @default every check there is */
  readonly checks?: readonly Check[];
}

const subjectOf = ({ id }: Pick<Check, 'id'>) => id.slice(0, id.indexOf('/'));

/** @throws NautilusError NAUT_CHECK_UNKNOWN */
function chosen(checks: readonly Check[], only: readonly string[] | undefined): readonly Check[] {
  if (only === undefined) return checks;
  const stranger = only.find((name) => !checks.some((one) => one.id === name || subjectOf(one) === name));
  if (stranger !== undefined)
    throw new NautilusError({
      code: 'NAUT_CHECK_UNKNOWN',
      message: `there is no check "${stranger}"`,
      details: [`subjects: ${[...new Set(checks.map(subjectOf))].join(', ')}`],
      fix: 'docs/verify.md lists every check',
    });
  return checks.filter((one) => only.includes(one.id) || only.includes(subjectOf(one)));
}

/** Reads and judges; what could not be read is no verdict on the platform. Never throws. */
async function judgement(one: Check, { platform, withoutOrders = false }: VerifyProps): Promise<Judgement> {
  try {
    const reason = one.unavailable(platform);
    if (reason !== undefined) return notApplicable(reason);
    if (one.trades && withoutOrders) return notApplicable('no orders were to be entered (--no-orders)');
    return await one.look(platform);
  } catch (error) {
    if (error instanceof Red) return { verdict: 'fail', reading: error.reading, reason: error.message };
    return unknown(error instanceof Error ? error.message : String(error));
  }
}

async function result(one: Check, props: VerifyProps): Promise<CheckResult> {
  const start = performance.now();
  const judged = await judgement(one, props);
  const { id, source, command, what, expectation } = one;
  const done = { id, source, command, what, expectation, ...judged, ms: Math.round(performance.now() - start) };
  props.onResult?.(done);
  return done;
}

/**
 * Every check with its verdict, in the order of the checks. Changes nothing but what the trading checks enter, which they close again.
 * @throws NautilusError NAUT_CHECK_UNKNOWN
 */
export async function verify(props: VerifyProps): Promise<readonly CheckResult[]> {
  const wanted = chosen(props.checks ?? allChecks, props.only);
  const results = new Map<Check, CheckResult>();
  const judge = async (one: Check) => results.set(one, await result(one, props));
  await each(
    wanted.filter(({ alone }) => !alone),
    judge,
  );
  for (const one of wanted.filter(({ alone }) => alone)) await judge(one);
  return wanted.map((one) => results.get(one)!);
}
