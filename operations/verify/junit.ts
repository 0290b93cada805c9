import type { Verification } from './report';
import type { CheckResult } from './verify';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Has XML 1.0 a way to write it? */
function isWritable(sign: string): boolean {
  const code = sign.codePointAt(0)!;
  return (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || code > 0xffff;
}

/** Text of an attribute: on one line, without what no XML document may hold. */
const text = (raw: string) =>
  [...raw.replace(/\s+/g, ' ')]
    .filter(isWritable)
    .map((sign) => escapes[sign] ?? sign)
    .join('');

function outcome({ verdict, reading, reason = '', expectation }: CheckResult): string {
  const why = `${reason}${reading === '' ? '' : ` (read: ${reading})`}; expected: ${expectation}`;
  switch (verdict) {
    case 'pass':
      return `<system-out>${text(reading)}</system-out>`;
    case 'fail':
      return `<failure message="${text(why)}"/>`;
    case 'unknown':
      return `<error message="${text(why)}"/>`;
    case 'not-applicable':
      return `<skipped message="${text(reason)}"/>`;
  }
}

const testCase = (result: CheckResult, suite: string): string => {
  const [subject = '', ...name] = result.id.split('/');
  const attributes = `classname="${text(`${suite}.${subject}`)}" name="${text(`${name.join('/')}: ${result.what}`)}" time="${result.ms / 1000}"`;
  return `    <testcase ${attributes}>${outcome(result)}</testcase>`;
};

/** A verification as JUnit XML: unknown is an error, not-applicable is skipped. */
export function junit({ profile, mode, at, seconds, counts, checks }: Verification): string {
  const suite = `nautilus.${profile}.${mode}`;
  const totals = `tests="${checks.length}" failures="${counts.fail}" errors="${counts.unknown}" skipped="${counts['not-applicable']}" time="${seconds}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nautilus verify" ${totals}>`,
    `  <testsuite name="${text(suite)}" timestamp="${at}" ${totals}>`,
    ...checks.map((one) => testCase(one, suite)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
