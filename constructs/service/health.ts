import type { ContainerHealthcheck } from '@cdktf/provider-docker/lib/container';
import { Duration } from '@nautilus/config';
import { literal } from './literal';

export interface HealthOptions {
  /** Time between two checks. @default 5 s */
  readonly every?: Duration;
  /** One check fails after this. @default 3 s */
  readonly timeout?: Duration;
  /** Failures in a row that make the container unhealthy. @default 3 */
  readonly retries?: number;
  /** Failures in this time after the start do not count. @default 30 s */
  readonly startPeriod?: Duration;
}

/** How Docker finds out that a container works. Every field is set: the provider plans a change for each one left out. */
export class Health {
  private constructor(
    readonly test: readonly string[],
    private readonly options: HealthOptions,
  ) {}

  /** A program that ends with 0 when all is well. */
  static command(argv: readonly string[], options: HealthOptions = {}): Health {
    return new Health(['CMD', ...argv], options);
  }

  /** A POSIX shell line that ends with 0 when all is well. */
  static shell(line: string, options: HealthOptions = {}): Health {
    return new Health(['CMD', 'sh', '-c', line], options);
  }

  /** Asks over HTTP with the wget of the image, busybox's too, which ends with 0 when the answer is good. */
  static wget(url: string, options: HealthOptions = {}): Health {
    return Health.command(['wget', '-q', '-O', '/dev/null', url], options);
  }

  get every(): Duration {
    return this.options.every ?? Duration.seconds(5);
  }
  get startPeriod(): Duration {
    return this.options.startPeriod ?? Duration.seconds(30);
  }
  get timeout(): Duration {
    return this.options.timeout ?? Duration.seconds(3);
  }
  get retries(): number {
    return this.options.retries ?? 3;
  }

  toHealthcheck(): ContainerHealthcheck {
    return {
      test: this.test.map(literal),
      interval: this.every.toGo(),
      timeout: this.timeout.toGo(),
      retries: this.retries,
      startPeriod: this.startPeriod.toGo(),
      // Engines before Docker 25 refuse any other value.
      startInterval: '0s',
    };
  }
}
