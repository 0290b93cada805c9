/** The runbook names only what there is: tests, alerts, metrics, error codes. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Rejection } from '@nautilus/core/domain';

const root = path.join(__dirname, '../../..');
const text = readFileSync(path.join(root, 'docs/runbook.md'), 'utf8');
const all = (pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].map(([, found]) => found!))];

test('every test that it names is there', () => {
  const files = all(/`(test\/[^`]+\.test\.ts)`/g);
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

test('every alert that it names is a rule', () => {
  const folder = path.join(root, 'constructs/monitoring/rules');
  const rules = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const named = all(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g);
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((alert) => !rules.some((rule) => rule.includes(`alert: '${alert}'`)))).toEqual([]);
});

test('every metric that it names is exported', () => {
  const exported = readFileSync(path.join(root, 'test/support/metrics/engines.txt'), 'utf8').split('\n');
  expect(all(/`(nautilus_[a-z_]+)`/g).filter((metric) => !exported.includes(metric))).toEqual([]);
});

test('every code that it names can be told', () => {
  const orders = new Set(
    Object.keys(Rejection).map(
      (name) => `NAUT_ORDER_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
    ),
  );
  const codes = all(/`(NAUT_[A-Z_]+)`/g).filter((code) => !orders.has(code));
  expect(codes.length).toBeGreaterThan(8);
  const told = (code: string): boolean => {
    try {
      return (
        execFileSync('grep', ['-rlE', '--include=*.ts', '--exclude-dir=node_modules', `'${code}'`, 'engines'], {
          cwd: root,
        }).length > 0
      );
    } catch {
      return false;
    }
  };
  expect(codes.filter((code) => !told(code))).toEqual([]);
});
