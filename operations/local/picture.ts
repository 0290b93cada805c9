import { tryGet } from './http';
import type { LocalPlatform } from './platform';

/** What a person watches while the platform trades. A part that could not be read is undefined. */
export interface LivePicture {
  readonly feed?: {
    readonly state: string;
    readonly events: number;
    readonly timeNs: number;
    readonly speed: number | string;
  };
  readonly quote?: {
    readonly bid: number;
    readonly bidQuantity: number;
    readonly ask: number;
    readonly askQuantity: number;
    readonly last: number;
  };
  readonly order?: {
    readonly status: string;
    readonly quantity: number;
    readonly filledQuantity: number;
    readonly averagePrice: number | null;
  };
  readonly position?: {
    readonly quantity: number;
    readonly averagePrice: number | null;
    readonly realised: number;
    readonly unrealised: number | null;
  };
  readonly hops: Readonly<Record<string, { readonly count: number; readonly p50Ns: number; readonly p99Ns: number }>>;
}

/** Reads the picture from the running engines: one symbol, one account, one order. */
export async function livePicture(
  platform: LocalPlatform,
  watch: { readonly symbol: string; readonly account: string; readonly orderId?: number },
): Promise<LivePicture> {
  const [marketdata, oms, pms, ems] = (['marketdata', 'oms', 'pms', 'ems'] as const).map((name) =>
    platform.address(name),
  );
  const [feeds, quote, order, position, ...latencies] = await Promise.all([
    tryGet<{ feeds: NonNullable<LivePicture['feed']>[] }>(`${marketdata}/api/v1/marketdata/feeds`),
    tryGet<NonNullable<LivePicture['quote']>>(`${marketdata}/api/v1/marketdata/snapshot/${watch.symbol}`),
    watch.orderId === undefined
      ? undefined
      : tryGet<NonNullable<LivePicture['order']>>(`${oms}/api/v1/orders/${watch.orderId}`),
    tryGet<NonNullable<LivePicture['position']>>(`${pms}/api/v1/positions/${watch.account}/${watch.symbol}`),
    ...[oms, ems, pms].map((base) => tryGet<{ hops: LivePicture['hops'] }>(`${base}/api/v1/latency`)),
  ]);
  return {
    feed: feeds?.feeds[0],
    quote,
    order,
    position,
    hops: Object.assign({}, ...latencies.map((latency) => latency?.hops)),
  };
}
