import type { ContainerDetail, ImageDetail, NetworkDetail, VolumeSummary } from '../docker';
import type { Unread } from './finding';

/** What the engine says of the platform at one moment: plain data, as it came, so that it can be recorded and compared later. */
export interface ObservedDocker {
  /** ISO 8601. */
  readonly at: string;
  /** Containers that carry our project's label, and any other that has a name of ours. */
  readonly containers: readonly ContainerDetail[];
  /** What each declared reference stands for now; absent where the engine has no such image. */
  readonly images: Readonly<Record<string, ImageDetail>>;
  /** Networks of ours by label or name, with everything that is on them. */
  readonly networks: readonly NetworkDetail[];
  readonly volumes: readonly VolumeSummary[];
  /** The last error with a code in the log of a container that ended by itself, by its id. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly unread: readonly Unread[];
}
