import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadProfile } from '@nautilus/config';
import { bundle } from '../../bench/bundle';
import { eventually } from '../support/eventually';
import { docker, missingForOneByOne } from './one-container';

const profile = loadProfile('ci');
const image = profile.images.node;
const missing = missingForOneByOne([image]);
if (missing) process.stderr.write(`rings between containers cannot be tried here: ${missing}\n`);
const rung = missing ? test.skip : test;
jest.setTimeout(300_000);

const PREFIX = 'nautilus-shared-ring-test';
/** As the platform's volume of shared memory: a tmpfs that belongs to the engines' user. */
const USER = '10001:10001';

/** What an end needs: its bundle, and koffi with its binary for Linux. */
function program(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-test-'));
  // The container's user reads it.
  fs.chmodSync(directory, 0o755);
  fs.renameSync(bundle(path.join(__dirname, 'shared-ring-end.ts'), directory), path.join(directory, 'end.js'));
  const koffi = path.dirname(require.resolve('koffi/package.json'));
  for (const file of [
    'package.json',
    'index.js',
    ...['x64', 'arm64'].map((cpu) => `build/koffi/linux_${cpu}/koffi.node`),
  ]) {
    const to = path.join(directory, 'node_modules/koffi', file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(path.join(koffi, file), to);
  }
  return directory;
}

rung('two containers share a ring and a buffer, and the one that stays notices that the other was killed', async () => {
  const volume = `${PREFIX}-memory`;
  const files = program();
  const names = { first: `${PREFIX}-first`, second: `${PREFIX}-second` };
  docker(
    ...['volume', 'create', '--driver', 'local', '--opt', 'type=tmpfs', '--opt', 'device=tmpfs'],
    ...['--opt', 'o=size=64m,uid=10001,gid=10001,mode=0770', volume],
  );
  try {
    for (const [role, name] of Object.entries(names)) {
      docker(
        ...['create', '--name', name, '--user', USER, '--cap-drop', 'ALL', '--network', 'none', '--memory', '256m'],
        ...['--security-opt', 'no-new-privileges:true', '--volume', `${volume}:/shared`],
        ...['--entrypoint', 'node', image, '/app/end.js', role, '/shared'],
      );
      docker('cp', `${files}/.`, `${name}:/app`);
    }
    for (const name of Object.values(names)) docker('start', name);

    /** The lines of JSON that the first end has said. */
    const said = async (count: number) =>
      eventually(`${count} steps of the first container`, async () => {
        const lines = docker('logs', names.first)
          .split('\n')
          .filter((line) => line.startsWith('{'));
        if (lines.length >= count) return lines.map((line) => JSON.parse(line));
        if (docker('inspect', '--format', '{{.State.Running}}', names.first) === 'true') return undefined;
        throw new Error(`the first container ended: ${spawnSync('docker', ['logs', names.first]).stderr}`);
      });
    const [trips, buffer] = await said(2);
    process.stdout.write(
      `ring between two containers: one way p50 ${trips.p50Ns} ns, p99 ${trips.p99Ns} ns over ${trips.hops} round trips\n`,
    );
    expect(trips.hops).toBeGreaterThan(1000);
    expect(buffer.seenByOther).toBe(buffer.sum);
    // The other end added one to each of the million numbers, in place.
    expect(buffer.changedByOther).toBe(buffer.bytes / 4);

    docker('kill', '--signal', 'KILL', names.second);
    const [, , end] = await said(3);
    expect(end).toEqual({ writerAlive: false, before: ['first', 'second (dead)'], after: ['first'] });
  } finally {
    for (const name of Object.values(names)) {
      try {
        docker('rm', '--force', '--volumes', name);
      } catch {
        // It was never made.
      }
    }
    docker('volume', 'rm', '--force', volume);
    fs.rmSync(files, { recursive: true });
  }
});
