import { CommandKind, Rejection, ReportKind } from '@nautilus/core/domain';
import * as fc from 'fast-check';
import { type JournalRecord, RecordKind, Source } from '../../../engines/oms/records';

/** One input of a random flow: most of them make sense, some cannot be. */
export type Step =
  | { readonly kind: 'order'; readonly quantity: number; readonly side: number; readonly text: boolean }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'change'; readonly order: number; readonly command: number; readonly quantity: number }
  | { readonly kind: 'report'; readonly order: number; readonly report: number; readonly quantity: number }
  | { readonly kind: 'session' };

const order = fc.integer({ min: 1, max: 12 });
const quantity = fc.integer({ min: 1, max: 20 });
const reports = [2, 3, 3, 3, 4, 5, 6, 7, 8];

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      quantity,
      side: fc.integer({ min: 0, max: 1 }),
      text: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refusal' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      order,
      command: fc.constantFrom(CommandKind.cancel, CommandKind.replace),
      quantity,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      order,
      report: fc.constantFrom(...reports),
      quantity,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('session' as const) }) },
);

export const flow = fc.array(step, { maxLength: 120 });
export const longFlow = fc.array(step, { minLength: 60, maxLength: 120 });

/** Writes steps as journal records, numbers reports and entries as their writers do. */
export class Scribe {
  private entry = 0;
  private epoch = 1;
  private reportSequence = 0;
  private time = 1;

  write(step: Step, record: JournalRecord): void {
    if (step.kind === 'report' || step.kind === 'session') this.report(step, record);
    else this.order(step, record);
  }

  private report(step: Extract<Step, { kind: 'report' | 'session' }>, record: JournalRecord): void {
    if (step.kind === 'session') {
      this.epoch++;
      this.reportSequence = 0;
    }
    record.begin(RecordKind.report);
    const { report } = record;
    report.at = ++this.time;
    report.epoch = this.epoch;
    report.sequence = ++this.reportSequence;
    report.childId = this.time;
    report.report = step.kind === 'session' ? ReportKind.sessionStarted : step.report;
    report.orderId = step.kind === 'session' ? 0 : step.order;
    report.quantity = step.kind === 'session' ? 0 : step.quantity;
    report.price = 1000 + (this.time % 7);
  }

  private order(step: Exclude<Step, { kind: 'report' | 'session' }>, record: JournalRecord): void {
    record.begin(
      step.kind === 'order' ? RecordKind.order : step.kind === 'change' ? RecordKind.change : RecordKind.refusal,
    );
    const { order: terms } = record;
    const text = step.kind === 'order' && step.text;
    terms.at = ++this.time;
    terms.account = 1;
    terms.instrument = 2;
    terms.source = text ? Source.http : Source.entry;
    terms.entrySequence = text ? 0 : ++this.entry;
    terms.clientOrderId = text ? 0 : this.time;
    terms.limitPrice = 1000;
    if (step.kind === 'order') {
      terms.command = CommandKind.submit;
      terms.quantity = step.quantity;
      terms.side = step.side;
      if (text) record.text = `client-${this.time}`;
    } else if (step.kind === 'change') {
      terms.command = step.command;
      terms.orderId = step.order;
      terms.quantity = step.quantity;
    } else terms.reason = Rejection.badPrice;
  }
}
