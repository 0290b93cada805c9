import type { ContainerDetail } from '../docker';

/** What one program inside a container said, and how it ended. */
export interface Answer {
  readonly exitCode: number;
  readonly output: string;
}

/** By question. */
export type Answers = Readonly<Record<string, Answer>>;

/** One service as it was seen: its answers as they came. May hold what must not be printed. */
export interface ObservedService {
  readonly answers: Answers;
  /** Why nothing could be asked inside. */
  readonly reason?: string;
  /** Hardware address on the platform's network; absent where the container is not on it. */
  readonly hardwareAddress?: string;
  /** What Docker says of the container, where that was asked for or the limits inside are not as declared. */
  readonly detail?: ContainerDetail;
}

/** The services' settings at one moment: plain data, to be compared later. */
export interface ObservedServices {
  /** ISO 8601. */
  readonly at: string;
  readonly services: Readonly<Record<string, ObservedService>>;
}
