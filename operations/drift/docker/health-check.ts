import type { ManifestContainer } from '@nautilus/manifest';
import type { HealthCheck } from '../../docker';
import type { Finding } from '../finding';
import { goDuration } from '../text';
import { argumentsThatDiffer } from './arguments';
import { fixed, type Subject } from './subject';

/** The declared health check, else the image's: what it runs, and when. */
export function compareHealthCheck(subject: Subject): Finding[] {
  const { declared, live, image } = subject;
  if (declared.health === undefined && image === undefined) return [];
  const wanted = declaredCheck(declared.health) ?? checkOf(image?.Healthcheck);
  const is = checkOf(live.Config.Healthcheck);
  const told = { kind: 'health-check', what: 'health check' };
  if (wanted === undefined || is === undefined)
    return wanted === is
      ? []
      : [
          fixed(subject, {
            ...told,
            declared: wanted ? describeCheck(wanted) : 'none',
            live: is ? 'another one' : 'none',
          }),
        ];
  const test = argumentsThatDiffer(wanted.test, is.test);
  const differing = (['interval', 'timeout', 'start period', 'retries'] as const).filter(
    (part) => wanted.times[part] !== is.times[part],
  );
  if (test === undefined && differing.length === 0) return [];
  const parts = ({ times }: Check, command: string | undefined) =>
    [...(command === undefined ? [] : [command]), ...differing.map((part) => `${part} ${times[part]}`)].join(', ');
  return [fixed(subject, { ...told, declared: parts(wanted, test?.declared), live: parts(is, test?.live) })];
}

interface Check {
  readonly test: readonly string[];
  readonly times: Readonly<Record<'interval' | 'timeout' | 'start period' | 'retries', string>>;
}

const describeCheck = ({ test }: Check): string => test.join(' ');

const declaredCheck = (health: ManifestContainer['health']): Check | undefined =>
  health && {
    test: health.test,
    times: {
      interval: health.interval,
      timeout: health.timeout,
      'start period': health.startPeriod,
      retries: String(health.retries),
    },
  };

/** Undefined where there is none, or the image's is switched off. */
const checkOf = (check: HealthCheck | null | undefined): Check | undefined =>
  check?.Test == null || check.Test.length === 0 || check.Test[0] === 'NONE'
    ? undefined
    : {
        test: check.Test,
        times: {
          interval: goDuration(check.Interval ?? 0),
          timeout: goDuration(check.Timeout ?? 0),
          'start period': goDuration(check.StartPeriod ?? 0),
          retries: String(check.Retries ?? 0),
        },
      };
