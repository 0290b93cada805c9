import type { HostHardware, Profile } from '@nautilus/config';
import type { DockerClient } from '../docker';
import type { RunCommand } from '../host';

export type FindingState = 'ok' | 'missing' | 'too old' | 'too small' | 'taken';

/** What the operator can do: without Docker, with it; `comfort` is what nothing of ours needs. */
export type Use = 'local' | 'deploy' | 'comfort';

/** One thing that the platform needs, and whether this machine has it. */
export interface Finding {
  readonly name: string;
  readonly state: FindingState;
  /** What was found, with its version or size. */
  readonly found: string;
  readonly use: Use;
  readonly neededFor: string;
  /** How to get it on this operating system; for a state other than ok. */
  readonly fix?: string;
  /** Code of the error when something that needs it is started all the same. */
  readonly code?: `NAUT_${string}`;
}

/** What the checks look at. Tests give other machines. */
export interface Machine {
  readonly profile: Profile;
  readonly host: HostHardware;
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunCommand;
  /** Finds the Docker engine's address; throws when DOCKER_HOST is no address. */
  readonly docker: () => DockerClient | undefined;
  readonly nodeVersion: string;
  /** Folder of the installation. */
  readonly root: string;
}

/** One concern a file. Never throws: what cannot be found out is a finding. */
export type Check = (machine: Machine) => Promise<readonly Finding[]>;
