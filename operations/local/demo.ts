import { post } from './http';

/** The order that a first look places: what the README's curl line sends, as a TWAP. */
export interface DemoOrder {
  readonly account: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  /** Market time over which the parent order is worked. */
  readonly durationSeconds: number;
  readonly slices: number;
}

/** Enters the order at the OMS like any client and returns its order id. */
export async function placeDemoOrder(oms: string, order: DemoOrder): Promise<number> {
  const { durationSeconds, slices, ...rest } = order;
  const answer = await post<{ orderId: number }>(`${oms}/api/v1/orders`, {
    clientOrderId: `first-look-${Date.now()}`,
    type: 'market',
    ...rest,
    algorithm: { kind: 'twap', durationSeconds, slices },
  });
  return answer.orderId;
}
