import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { DockerClient } from '../../operations/docker';
import { EngineProxy } from './engine-proxy';
import { missingForDeployment } from './missing';
import { DeployedPlatform, type Ended, root } from './platform';
import { kept, writeSmallProfile } from './small-profile';

const proxy = new EngineProxy(engineSocket());
const profileFile = writeSmallProfile({ docker: { host: proxy.host } });
const missing = missingForDeployment(writeSmallProfile({}));
if (process.platform !== 'linux') missing.push('processes are found as Linux shows them');
const rung = missing.length === 0 ? describe : describe.skip;
if (missing.length > 0) process.stderr.write(`the tests of faults cannot run here: ${missing.join('; ')}\n`);
jest.setTimeout(600_000);

rung('a deployment that meets a fault', () => {
  let platform: DeployedPlatform;
  beforeAll(async () => {
    await proxy.resume();
    platform = new DeployedPlatform(profileFile);
    await platform.succeeds('destroy', '--yes', '--volumes');
  });
  afterAll(async () => {
    await platform.nautilus('destroy', '--yes', '--volumes');
    proxy.remove();
  });

  const fails = async (profile: string) => {
    const { code, stderr } = await new DeployedPlatform(profile).nautilus('deploy', '--yes');
    expect(code).toBe(1);
    return stderr;
  };

  test('an image that cannot be had is told before anything is made', async () => {
    const profile = writeSmallProfile({ images: { redis: 'nautilus-none/redis:1' } });
    expect(await fails(profile)).toContain('NAUT_IMAGE_MISSING');
    expect(await platform.traces()).toEqual([]);
  });

  test('a subnet that another network has is told with its name', async () => {
    const { Id } = await platform.docker.post<{ Id: string }>('/networks/create', {
      Name: 'nautilus-fault-other',
      IPAM: { Config: [{ Subnet: '172.27.5.0/24' }] },
    });
    try {
      const said = await fails(profileFile);
      expect(said).toContain('NAUT_SUBNET_TAKEN');
      expect(said).toContain('nautilus-fault-other');
    } finally {
      await platform.docker.delete(`/networks/${Id}`);
    }
  });

  test('a port that another program has is told with the service that wants it', async () => {
    const profile = writeSmallProfile({ exposed: ['analytics'] });
    const port = new DeployedPlatform(profile).profile.services.analytics?.hostPort.number;
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    try {
      const said = await fails(profile);
      expect(said).toContain('NAUT_PORT_TAKEN');
      expect(said).toContain(`analytics: 127.0.0.1:${port}`);
    } finally {
      other.close();
    }
  });

  test('Docker gone in the middle of the work is told, and the next deployment finishes it', async () => {
    const { code, stderr } = await deployUntil(/created network/, () => proxy.cut());
    expect(code).toBe(1);
    expect(stderr).toMatch(/^NAUT_/m);
    await proxy.resume();
    await platform.succeeds('deploy', '--yes');
    expect(await platform.running()).toEqual([...kept]);
    expect((await platform.nautilus('diff')).code).toBe(0);
  });

  test('terraform killed in the middle of the work: the next deployment picks it up', async () => {
    await platform.succeeds('destroy', '--yes');
    const { code, stderr } = await deployUntil(/created network/, (nautilus) => {
      for (const pid of children(nautilus)) process.kill(pid, 'SIGKILL');
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^NAUT_INTERRUPTED/m);
    await platform.succeeds('deploy', '--yes');
    expect(await platform.running()).toEqual([...kept]);
    expect((await platform.nautilus('diff')).code).toBe(0);
  });
});

/** Deploys, and does something once when a line says so. */
function deployUntil(line: RegExp, interfere: (nautilus: number) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const arguments_ = [path.join(root, 'cli', 'nautilus.js'), 'deploy', '--yes', '--profile', profileFile];
    const child = spawn(process.execPath, arguments_, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let done = false;
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
      if (done || !line.test(stderr)) return;
      done = true;
      interfere(child.pid ?? 0);
    });
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** Processes that a process has started, by Linux's own list. */
const children = (pid: number): number[] =>
  fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

function engineSocket(): string {
  const endpoint = DockerClient.detect()?.endpoint;
  return endpoint?.kind === 'unix' ? endpoint.socketPath : '/var/run/docker.sock';
}
