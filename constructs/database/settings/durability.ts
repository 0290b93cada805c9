import { selector } from '../../setting';
import type { PostgresInput } from './input';

export const fsync = selector('fsync', (_: PostgresInput) => ({
  value: true,
  reason: 'without it a power cut leaves a database that nothing can repair',
  source: 'PostgreSQL documentation 20.5',
}));

export const fullPageWrites = selector('full_page_writes', (_: PostgresInput) => ({
  value: true,
  reason: 'a page half written in a crash is restored from the log',
  source: 'PostgreSQL documentation 20.5',
}));

export const synchronousCommit = selector('synchronous_commit', (_: PostgresInput) => ({
  value: true,
  reason: 'off lost 37 to 55 acknowledged inserts in a kill; orders and fills must not be among them',
  source: 'measured',
  requirement: {
    value: 'off',
    why: 'only the role that writes ticks has it off for itself: an order that was acknowledged is never lost',
  },
}));
