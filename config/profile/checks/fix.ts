import { type Check, quote } from './check';

/** Each pair of CompIDs is one session, and its accounts are there. */
export const fixSessionsAreRight: Check = ({ source: { trading }, position }) => {
  const { fix, accounts } = trading ?? {};
  if (!fix?.sessions || !accounts) return [];
  const names = accounts.map(({ name }) => name);
  const pairs = fix.sessions.map(({ senderCompId, targetCompId }) => `${senderCompId} to ${targetCompId}`);
  return fix.sessions.flatMap((session, index) => [
    ...(pairs.indexOf(pairs[index] as string) === index
      ? []
      : [
          {
            code: 'NAUT_DUPLICATE' as const,
            message: `trading.fix has the session ${pairs[index]} twice`,
            value: quote(pairs[index]),
            allowed: 'each pair of CompIDs once',
            fix: `change trading.fix.sessions.${index}.targetCompId`,
            position: position(['trading', 'fix', 'sessions', index, 'targetCompId']),
          },
        ]),
    ...(session.accounts ?? [])
      .filter((account) => !names.includes(account))
      .map((account) => ({
        code: 'NAUT_PROFILE_VALUE' as const,
        message: `trading.fix.sessions.${index}.accounts names none of trading.accounts`,
        value: quote(account),
        allowed: names.join(', '),
        fix: 'name one of trading.accounts, or add it there',
        position: position(['trading', 'fix', 'sessions', index, 'accounts']),
      })),
  ]);
};
