import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Verification } from '../../operations/verify';
import { type LocalRun, startLocal } from './local-run';

let local: LocalRun;

beforeAll(async () => {
  local = await startLocal({ portOffset: 19_000 });
}, 120_000);

afterAll(() => local?.stop(), 60_000);

test('a platform without Docker is green: what it cannot have does not apply, with the reason', async () => {
  const file = path.join(local.home, 'verify.xml');
  const before = await local.position();
  const ended = await local.nautilus('verify', '--local', '--profile', local.profile, '--json', '--junit', file);
  const done = JSON.parse(ended.stdout) as Verification;
  expect(done.checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown')).toEqual([]);
  expect(ended.code).toBe(0);
  expect(done).toMatchObject({ version: 1, mode: 'local', profile: 'local-test', verdict: 'green' });
  expect(done.counts.pass).toBeGreaterThan(75);
  for (const { verdict, reason } of done.checks) if (verdict === 'not-applicable') expect(reason).not.toBe('');
  expect(readFileSync(file, 'utf8')).toContain(`tests="${done.checks.length}" failures="0" errors="0"`);

  expect((await local.position()).quantity).toBe(before.quantity);
  expect((await local.orders()).every(({ status }) => ['filled', 'expired', 'cancelled'].includes(status))).toBe(true);
}, 120_000);

test('another profile than the one that runs is refused', async () => {
  const { code, stderr } = await local.nautilus('verify', '--local', '--profile', 'ci');
  expect([code, stderr]).toEqual([1, expect.stringContaining('NAUT_OTHER_PROFILE')]);
  expect(stderr).toContain(`fix: add --profile ${local.profile}\n`);
});

test('an engine that has died is red', async () => {
  process.kill((await local.status()).find(({ name }) => name === 'strategy')!.pid, 'SIGKILL');
  const only = ['--only', 'strategy', 'platform/running'];
  const { code, stdout } = await local.nautilus('verify', '--local', '--profile', local.profile, '--json', ...only);
  const { checks } = JSON.parse(stdout) as Verification;
  expect(code).toBe(2);
  expect(checks.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
  expect(checks.find(({ id }) => id === 'platform/running')?.reason).toContain('strategy is stopped');
}, 60_000);
