import type { Check } from '../finding';
import { howToGet } from '../how-to-get';
import { isAtLeast } from '../version';

const oldestNode = '20.19';

/** Node runs the command itself and, without Docker, the engines. */
export const node: Check = async ({ nodeVersion, host }) => {
  const enough = isAtLeast(nodeVersion, oldestNode);
  return [
    {
      name: 'Node',
      state: enough ? 'ok' : 'too old',
      found: nodeVersion,
      use: 'local',
      neededFor: `everything (${oldestNode} or later)`,
      ...(!enough && { fix: howToGet('node', host) }),
    },
  ];
};
