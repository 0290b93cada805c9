/** The state as a snapshot holds it, and its fingerprint. */
import { createHash } from 'node:crypto';
import type { StateReader, StateWriter } from '@nautilus/core/journal';
import type { ClientSession, ClientSessions } from './client-sessions';
import type { ActionFold } from './corporate-actions';
import type { ExecutionStore } from './execution-store';
import type { Exposure } from './exposure';
import type { Links } from './links';
import { type OrderStore, rowOf } from './order-store';
import type { RefusalLog } from './refusal-log';
import type { ReportFold } from './report-fold';
import type { Signals } from './signals';
import type { Sweep } from './sweeps';

/** What of an `OrderState` is saved, or brought back from what is. */
interface StateParts {
  readonly orders: OrderStore;
  readonly executions: ExecutionStore;
  readonly exposure: Exposure;
  readonly refusals: RefusalLog;
  readonly links: Links;
  readonly sessions: ClientSessions;
  readonly sweeps: Sweep[];
  readonly killed: Set<number>;
  readonly signals: Signals;
  readonly reports: ReportFold;
  readonly actions: Pick<ActionFold, 'sequence' | 'conversions' | 'oldTrades' | 'convert'>;
  readonly texts: ReadonlyMap<number, string>;
  record: number;
  identity: number;
  entrySequence: number;
  openList: readonly [account: number, group: number] | undefined;
  index(index: number, text?: string): void;
}

/** What is neither a column nor follows from one. */
const loose = (state: StateParts) => {
  const { signals, reports } = state;
  return {
    record: state.record,
    identity: state.identity,
    commands: signals.commands,
    acks: signals.acks,
    updates: signals.updates,
    epoch: reports.epoch,
    reportSequence: reports.sequence,
    refusedReports: reports.refused,
    entrySequence: state.entrySequence,
    openList: state.openList ?? null,
    killed: [...state.killed],
    sweeps: state.sweeps,
    sessions: state.sessions.all(),
    sessionsNumbered: state.sessions.numbered,
    refusedGroups: state.links.refused(),
    actionSequence: state.actions.sequence,
    conversions: state.actions.conversions,
    oldTrades: [...state.actions.oldTrades],
  };
};

/** Writes all of it but what follows from the rest: ids that are looked up by, links, exposure. */
export function saveState(state: StateParts, writer: StateWriter): void {
  writer.value(loose(state));
  writer.value([...state.texts.keys()]);
  writer.value([...state.texts.values()]);
  state.orders.save(writer);
  state.executions.save(writer);
  state.refusals.save(writer);
}

/** Brings an empty state to what was saved. */
export function restoreState(state: StateParts, reader: StateReader): void {
  const saved = reader.value() as ReturnType<typeof loose> & { sweeps: Sweep[]; sessions: ClientSession[] };
  const { signals, reports } = state;
  state.record = saved.record;
  state.identity = saved.identity;
  signals.commands = saved.commands;
  signals.acks = saved.acks;
  signals.updates = saved.updates;
  reports.epoch = saved.epoch;
  reports.sequence = saved.reportSequence;
  reports.refused = saved.refusedReports;
  state.entrySequence = saved.entrySequence;
  state.openList = saved.openList ?? undefined;
  for (const account of saved.killed) state.killed.add(account);
  state.sweeps.push(...saved.sweeps);
  for (const session of saved.sessions) state.sessions.begin(session);
  state.sessions.numbered = saved.sessionsNumbered;
  const indices = reader.value() as number[];
  const texts = reader.value() as string[];
  const textOf = new Map(indices.map((index, i) => [index, texts[i] as string]));
  const { orders, executions, exposure } = state;
  orders.restore(reader);
  executions.restore(reader);
  state.refusals.restore(reader);
  for (let index = 0; index < orders.count; index++) state.index(index, textOf.get(index));
  for (const [account, group] of saved.refusedGroups) state.links.openGroup(account, group).refused = true;
  const { actions } = state;
  actions.sequence = saved.actionSequence;
  for (const [instrument, price] of saved.oldTrades) actions.oldTrades.set(instrument, price);
  // What was held by then was converted: its fills before, those after it not.
  const convertAt = (count: number) => {
    for (const conversion of saved.conversions)
      if (conversion.executions === count) {
        actions.conversions.push(conversion);
        actions.convert(conversion);
      }
  };
  for (let execution = 0; execution < executions.count; execution++) {
    convertAt(execution);
    const fills = executions.chunkOf(execution);
    const index = (fills.orderId[rowOf(execution)] as number) - 1;
    const chunk = orders.chunkOf(index);
    const row = rowOf(index);
    exposure.fill(
      chunk.account[row] as number,
      chunk.instrument[row] as number,
      chunk.side[row] as number,
      fills.quantity[rowOf(execution)] as number,
    );
  }
  convertAt(executions.count);
}

/** SHA-256 over every column of orders and executions, the client order ids and the rest. Reads all of the state. */
export function hashState(state: StateParts): string {
  const digest = createHash('sha256');
  const visit = (column: Uint8Array) => void digest.update(column);
  state.orders.forEachColumn(visit);
  state.executions.forEachColumn(visit);
  for (const [index, text] of state.texts) digest.update(`${index} ${text}\n`);
  // Which journal it is of, and how long that is, are no part of what it adds up to.
  const { record: _, identity: __, ...rest } = loose(state);
  digest.update(JSON.stringify({ ...rest, refusals: state.refusals.count }));
  return digest.digest('hex');
}
