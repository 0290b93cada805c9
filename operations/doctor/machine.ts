import { installationRoot, type Profile } from '@nautilus/config';
import { DockerClient } from '../docker';
import { detectHardware, runCommand } from '../host';
import type { Machine } from './finding';

/** The machine that this process runs on. */
export async function thisMachine(profile: Profile, env: NodeJS.ProcessEnv = process.env): Promise<Machine> {
  return {
    profile,
    host: await detectHardware(),
    env,
    run: runCommand,
    docker: () => DockerClient.detect(env, profile.docker),
    nodeVersion: process.versions.node,
    root: installationRoot(),
  };
}
