import type { Profile } from '@nautilus/config';
import type { Board } from './board';
import { books } from './books';
import { databases } from './databases';
import { market } from './market';
import { memory } from './memory';
import { orderPath } from './order-path';
import { platform } from './platform';
import { risk } from './risk';

export { prometheusUid, render, restarts } from './render';

/** The dashboards of a profile, without the rows about services that it does not deploy. */
export const boardsOf = (profile: Profile): readonly Board[] =>
  [platform, orderPath, market, books, memory, databases, risk].map((boardOf) => {
    const board = boardOf(profile);
    return { ...board, rows: board.rows.filter(({ needs = [] }) => needs.every((name) => profile.services[name])) };
  });
