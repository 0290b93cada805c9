import { verificationText } from '../../../cli/output/verification';
import { type CheckResult, verification } from '../../../operations/verify';

const result = (id: string, over: Partial<CheckResult>): CheckResult => ({
  id,
  source: 'README 1',
  command: undefined,
  what: 'it does',
  expectation: 'it is so',
  verdict: 'pass',
  reading: '20 of 20',
  ms: 12,
  ...over,
});

test('a line a check; what is no pass says why, and what was expected', () => {
  const done = verification(
    { profile: 'ci', mode: 'local' },
    [
      result('platform/running', {}),
      result('oms/ready', { verdict: 'fail', reading: 'HTTP 503', reason: 'waits for the feed' }),
      result('redis/settings', { verdict: 'not-applicable', reading: '', reason: 'local mode has no Redis' }),
      result('nginx/configuration', { verdict: 'unknown', reading: '', reason: 'exec failed', ms: 1500 }),
    ],
    { at: new Date(0), seconds: 2 },
  );
  expect(verificationText(done, 80).split('\n')).toEqual([
    'pass  platform/running                20 of 20                            12 ms',
    'FAIL  oms/ready                       it does',
    '      expected  it is so',
    '      read      HTTP 503',
    '      reason    waits for the feed',
    '–     redis/settings                  local mode has no Redis',
    '?     nginx/configuration             it does',
    '      expected  it is so',
    '      reason    exec failed',
    '',
    'red: profile ci without Docker: 1 passed, 1 failed, 1 could not be read, 1 does not apply (2.0 s)',
  ]);
});
