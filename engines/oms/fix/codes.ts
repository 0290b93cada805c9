/** The codes of the order system as FIX 4.4 writes them. */
import { OrderType, Rejection, Side, TimeInForce } from '@nautilus/core/domain';
import { OrderStatus } from '../life-cycle';

/** Both ways between a code here and a character there. */
class Codes {
  private readonly byText: ReadonlyMap<string, number>;

  constructor(private readonly byCode: Readonly<Record<number, string>>) {
    this.byText = new Map(Object.entries(byCode).map(([code, text]) => [text, Number(code)]));
  }

  text(code: number): string {
    return this.byCode[code] ?? '?';
  }

  /** -1 when it means nothing here. */
  code(text: string | undefined): number {
    return this.byText.get(text ?? '') ?? -1;
  }
}

export const sides = new Codes({ [Side.buy]: '1', [Side.sell]: '2' });
export const orderTypes = new Codes({
  [OrderType.market]: '1',
  [OrderType.limit]: '2',
  [OrderType.stop]: '3',
  [OrderType.stopLimit]: '4',
});
export const timesInForce = new Codes({ [TimeInForce.day]: '0', [TimeInForce.ioc]: '3', [TimeInForce.fok]: '4' });

/** ExecInst: participate, do not initiate. */
export const POST_ONLY = '6';

export const OrdStatus: Readonly<Record<number, string>> = {
  [OrderStatus.pendingNew]: 'A',
  [OrderStatus.new]: '0',
  [OrderStatus.partiallyFilled]: '1',
  [OrderStatus.filled]: '2',
  [OrderStatus.cancelled]: '4',
  [OrderStatus.pendingCancel]: '6',
  [OrderStatus.rejected]: '8',
  [OrderStatus.suspended]: '9',
  [OrderStatus.expired]: 'C',
  [OrderStatus.pendingReplace]: 'E',
};

export const ExecType = {
  new: '0',
  cancelled: '4',
  replaced: '5',
  pendingCancel: '6',
  rejected: '8',
  suspended: '9',
  pendingNew: 'A',
  expired: 'C',
  restated: 'D',
  pendingReplace: 'E',
  trade: 'F',
  orderStatus: 'I',
} as const;

const rejectReasons: Readonly<Record<number, number>> = {
  [Rejection.unknownInstrument]: 1,
  [Rejection.maxOrderQuantity]: 3,
  [Rejection.maxOrderNotional]: 3,
  [Rejection.maxPosition]: 3,
  [Rejection.unknownOrder]: 5,
  [Rejection.duplicateClientOrderId]: 6,
  [Rejection.badQuantity]: 13,
  [Rejection.unknownAccount]: 15,
};

/** OrdRejReason: 99, other, where the text says more. */
export const ordRejReason = (reason: number): number => rejectReasons[reason] ?? 99;

const changeReasons: Readonly<Record<number, number>> = {
  [Rejection.orderNotLive]: 0,
  [Rejection.alreadyFilled]: 0,
  [Rejection.unknownOrder]: 1,
  [Rejection.changePending]: 3,
  [Rejection.duplicateClientOrderId]: 6,
};

/** CxlRejReason */
export const cxlRejReason = (reason: number): number => changeReasons[reason] ?? 99;
