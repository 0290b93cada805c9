import type { CheckResult, Verification } from '@nautilus/operations/verify';
import { wrap } from './wrap';

const marks: Readonly<Record<CheckResult['verdict'], string>> = {
  pass: 'pass',
  fail: 'FAIL',
  'not-applicable': '–',
  unknown: '?',
};

const duration = (ms: number) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

/** One check in a line; why it is no pass, and what was expected, below it. */
function lines({ id, what, verdict, reading, reason, expectation, ms }: CheckResult, width: number): string[] {
  const head = `${marks[verdict].padEnd(4)}  ${id.padEnd(30)}  `;
  const indent = ' '.repeat(6);
  const below = (label: string, text: string) =>
    wrap(text, width - 16).map((line, index) => `${indent}${(index === 0 ? label : '').padEnd(10)}${line}`);
  switch (verdict) {
    case 'pass':
      return [`${head}${reading}  ${duration(ms).padStart(width - head.length - reading.length - 3)}`];
    case 'not-applicable':
      return wrap(reason ?? '', width - head.length).map((line, index) =>
        index === 0 ? head + line : ' '.repeat(head.length) + line,
      );
    default:
      return [
        `${head}${what}`,
        ...below('expected', expectation),
        ...(reading === '' ? [] : below('read', reading)),
        ...below('reason', reason ?? ''),
      ];
  }
}

function summary({ verdict, counts, mode, profile, seconds }: Verification): string {
  const place = `profile ${profile} ${mode === 'local' ? 'without Docker' : 'in Docker'}`;
  const parts = [
    `${counts.pass} passed`,
    ...(counts.fail > 0 ? [`${counts.fail} failed`] : []),
    ...(counts.unknown > 0 ? [`${counts.unknown} could not be read`] : []),
    `${counts['not-applicable']} ${counts['not-applicable'] === 1 ? 'does' : 'do'} not apply`,
  ];
  const said = { green: 'green', red: 'red', unknown: 'not proved' }[verdict];
  return `${said}: ${place}: ${parts.join(', ')} (${seconds.toFixed(1)} s)`;
}

/** A verification for a person, check by check; then what it comes to. */
export const verificationText = (verification: Verification, width: number): string =>
  [...verification.checks.flatMap((result) => lines(result, width)), '', summary(verification)].join('\n');
