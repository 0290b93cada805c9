import { MemorySize } from '@nautilus/config';
import { selector } from '../../setting';
import type { PostgresInput } from './input';
import { worstCase } from './worst-case';

/** The most that a sort or hash gets; the least with which the server is of any use. */
const most = MemorySize.mebibytes(64);
export const leastWorkMem = MemorySize.mebibytes(1);

export const workMem = selector('work_mem', (input: PostgresInput) => {
  const { left, grants } = worstCase(input);
  return {
    value: left
      .times(1 / grants)
      .floorTo(MemorySize.kibibytes(64))
      .atMost(most)
      .atLeast(leastWorkMem),
    reason: `what is left of nine tenths of the limit when everything else is taken, shared by ${grants} sorts and hashes at once`,
    source: 'worst case of the running server; pgtune divides by connections and forgets several nodes a query',
  };
});
