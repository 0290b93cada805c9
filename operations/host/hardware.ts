import { readFileSync } from 'node:fs';
import os from 'node:os';
import { type HostHardware, MemorySize, type ReadFile, readLinux, readMac, sysctlNames } from '@nautilus/config';
import { type RunCommand, runCommand } from './command';

const readFile: ReadFile = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** What this machine is. Falls back to what Node knows where its own tools say nothing. */
export async function detectHardware(run: RunCommand = runCommand, read: ReadFile = readFile): Promise<HostHardware> {
  const detected = process.platform === 'darwin' ? await detectMac(run) : readLinux(read, process.arch);
  return (
    detected ?? {
      os: process.platform === 'darwin' ? 'macos' : process.platform === 'linux' ? 'linux' : 'other',
      architecture: process.arch,
      logicalCpus: os.cpus().length,
      memory: MemorySize.bytes(os.totalmem()),
      limits: {},
    }
  );
}

async function detectMac(run: RunCommand): Promise<HostHardware | undefined> {
  const [sysctl, displays] = await Promise.all([
    run('/usr/sbin/sysctl', sysctlNames),
    run('/usr/sbin/system_profiler', ['-json', 'SPDisplaysDataType']),
  ]);
  return readMac({ sysctl: sysctl?.stdout ?? '', displays: displays?.stdout ?? '', architecture: process.arch });
}
