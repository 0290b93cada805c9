import path from 'node:path';
import { LobsterFeed, type LobsterSession, LobsterType, loadLobster } from '../../../../engines/marketdata/lobster';

const file = path.join(__dirname, '../../../../engines/marketdata/data/AAPL_2012-06-21_message_50_first40000.csv.gz');

/** The 27 minutes of AAPL after the open of 2012-06-21. */
export const loadSample = (): Promise<LobsterSession> => loadLobster(file);

/** Every trade of a session, those with hidden orders too. */
export function tradesOf({ events }: LobsterSession): [timeNs: number, quantity: number][] {
  const trades: [number, number][] = [];
  for (let index = 0; index < events.count; index++)
    if (events.type[index] === LobsterType.execute || events.type[index] === LobsterType.executeHidden)
      trades.push([events.timeNs[index]!, events.size[index]!]);
  return trades;
}

/** A session as the models walk it. */
export const sampleMarket = (session: LobsterSession): LobsterFeed => new LobsterFeed(session, 1, () => 0);
