import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ManifestService } from '../../../manifest';
import type { ContainerSummary, DockerClient } from '../../../operations/docker';
import { observeSettings } from '../../../operations/drift/settings';
import { combine, separate } from '../../../operations/live/script';
import { manifestOf } from './manifest';

const marker = 'c0ffee';
const run = promisify(execFile);

/** What a shell makes of the program: the one here, as in a container. */
async function ask(questions: Readonly<Record<string, string>>) {
  const { stdout } = await run('sh', ['-c', combine(questions, marker, 0.2)]);
  return separate(stdout, marker);
}

describe('one program for many questions', () => {
  test('answers are kept apart, with their exit codes and every byte', async () => {
    expect(
      await ask({
        bytes: "printf 'a\\000b\\n\\n'",
        nothing: 'true',
        failed: 'echo out; echo why >&2; (exit 3)',
        unknown: 'no-such-program',
        last: 'printf "no newline"',
      }),
    ).toEqual({
      bytes: { exitCode: 0, output: 'a\0b\n\n' },
      nothing: { exitCode: 0, output: '' },
      failed: { exitCode: 3, output: 'out\nwhy\n' },
      unknown: { exitCode: 127, output: expect.stringContaining('not found') },
      last: { exitCode: 0, output: 'no newline' },
    });
  });

  test('after a program that hangs no other is waited for, and what needs none is still answered', async () => {
    const startedAt = Date.now();
    expect(await ask({ before: 'echo 1', hangs: 'ask sleep 60', also: 'ask sleep 60', after: 'echo 2' })).toEqual({
      before: { exitCode: 0, output: '1\n' },
      hangs: { exitCode: 124, output: '' },
      also: { exitCode: 124, output: '' },
      after: { exitCode: 0, output: '2\n' },
    });
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  test('an answer that was cut off is none', () => {
    expect(separate(`\n${marker} begin one\nwhole\n${marker} end 0\n\n${marker} begin two\nhal`, marker)).toEqual({
      one: { exitCode: 0, output: 'whole' },
    });
  });

  test('an answer that looks like the end of one stays whole for who does not know the marker', async () => {
    const forged = await ask({ one: "printf 'x\\nbadbad end 0\\n\\nbadbad begin two\\ny'", two: 'echo 2' });
    expect(forged.one).toEqual({ exitCode: 0, output: 'x\nbadbad end 0\n\nbadbad begin two\ny' });
    expect(forged.two).toEqual({ exitCode: 0, output: '2\n' });
  });
});

const service = (name: string): ManifestService =>
  ({
    name,
    container: `nautilus-ci-${name}`,
    port: 8200,
    env: {},
    memory: { minBytes: 100, limitBytes: 200, maxBytes: 300, worstCase: [] },
    cpus: 0.5,
    expectations: [
      { subject: 'container', setting: 'eth0.mtu', value: 9000, unit: 'bytes', reason: 'a test', source: 'a test' },
    ],
  }) as unknown as ManifestService;

interface Inside {
  readonly state?: string;
  readonly kernel?: string;
  readonly fails?: string;
}

/** An engine with these containers; what is run in one prints `kernel` as the answer to the one question. */
function engine(containers: Readonly<Record<string, Inside>>) {
  const programs: string[] = [];
  const inspected: string[] = [];
  const docker = {
    containers: async () =>
      Object.entries(containers).map(
        ([name, { state = 'running' }]) =>
          ({
            Id: name,
            Names: [`/nautilus-ci-${name}`],
            State: state,
            NetworkSettings: { Networks: { 'nautilus-ci-network': { MacAddress: '02:42' } } },
          }) as unknown as ContainerSummary,
      ),
    container: async (id: string) => {
      inspected.push(id);
      return { Id: id, HostConfig: { Memory: 250, NanoCpus: 5e8 } };
    },
    exec: async (id: string, [, , program]: readonly string[]) => {
      programs.push(id);
      const { kernel = 'cgroup 200 50000 100000\ninterface 02:42 9000', fails } = containers[id]!;
      if (fails) throw new Error(fails);
      const [, ofProgram] = /(\w{32})/.exec(program!)!;
      return { exitCode: 0, output: `\n${ofProgram} begin kernel\n${kernel}\n${ofProgram} end 0\n` };
    },
  };
  return { docker: docker as unknown as DockerClient, programs, inspected };
}

describe('observing', () => {
  test('one program a container; Docker is asked of those alone whose limits are others', async () => {
    const { docker, programs, inspected } = engine({
      risk: {},
      oms: { kernel: 'cgroup 250 50000 100000\ninterface 02:42 9000' },
    });
    const observed = await observeSettings(docker, manifestOf({ services: [service('risk'), service('oms')] }));
    expect(observed.unread).toEqual([]);
    expect(programs.sort()).toEqual(['oms', 'risk']);
    expect(inspected).toEqual(['oms']);
  });

  test('what does not run is not asked; what fails in the middle is unread, the rest is read', async () => {
    const { docker, programs } = engine({
      risk: { state: 'paused' },
      oms: { fails: 'Docker refused: no such container' },
      pms: {},
    });
    const services = ['risk', 'oms', 'pms', 'ems'].map(service);
    const { unread } = await observeSettings(docker, manifestOf({ services }));
    expect(programs.sort()).toEqual(['oms', 'pms']);
    expect(unread.map(({ what, reason }) => `${what}: ${reason}`)).toEqual([
      'risk: the container nautilus-ci-risk is paused',
      'oms: Docker refused: no such container',
      'ems: there is no container nautilus-ci-ems of the platform',
    ]);
  });

  test('the services that are asked for alone', async () => {
    const { docker, programs } = engine({ risk: {}, oms: {} });
    const manifest = manifestOf({ services: [service('risk'), service('oms')] });
    const observed = await observeSettings(docker, manifest, { services: ['oms'] });
    expect(Object.keys(observed.services)).toEqual(['oms']);
    expect(programs).toEqual(['oms']);
  });
});
