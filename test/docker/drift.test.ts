import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from '../../operations/drift';
import { EngineProxy } from './engine-proxy';
import { type Injection, type Planned, rounds } from './injections';
import { missingForDeployment } from './missing';
import { root, writeTestProfile } from './platform';
import { DriftingPlatform, ended } from './support/drifting';

const profileFile = writeTestProfile({
  name: 'drift-test',
  project: 'nautilus-drift',
  network: { subnet: '172.30.0.0/16', bridgeName: 'nautilus-drift0' },
  portOffset: 20_050,
});
const missing = missingForDeployment(profileFile);
if (process.platform !== 'linux') missing.push('what is changed from the host is changed as Linux does it');
else if (process.getuid?.() !== 0) missing.push('only root changes a container from the host');
const rung = missing.length === 0 ? describe : describe.skip;
const removeProfile = () => fs.rmSync(path.dirname(profileFile), { recursive: true, force: true });
if (missing.length > 0) {
  process.stderr.write(`the tests of drift cannot run here: ${missing.join('; ')}\n`);
  removeProfile();
}
jest.setTimeout(600_000);

const LOOKS = 20;
/** Of which one in this many asks Terraform too: it takes most of a look's time. */
const WITH_TERRAFORM = 4;
const FOREIGN = 500;
const strangers = 'drift-stranger';

/** One platform lives through these tests, in their order. */
rung('drift of a platform on a real Docker engine', () => {
  let platform: DriftingPlatform;
  let proxy: EngineProxy;
  /** The command speaks to the engine through the proxy, which notes what it asks. */
  let recorded: NodeJS.ProcessEnv;

  /** What an injection makes beside the platform, and a run that was ended leaves. */
  const removeLeftovers = async () => {
    const { project } = platform.profile;
    for (const container of [`stranger-of-${project}`, `${project}-features`, `${project}-features-foreign`])
      await platform.docker.removeContainer(container).catch(() => undefined);
    await platform.docker.delete(`/networks/side-of-${project}`).catch(() => undefined);
    await platform.docker.delete(`/images/${project}-committed`).catch(() => undefined);
  };

  beforeAll(async () => {
    platform = new DriftingPlatform(profileFile);
    const { endpoint } = platform.docker;
    proxy = new EngineProxy(endpoint.kind === 'unix' ? endpoint.socketPath : '');
    recorded = { DOCKER_HOST: proxy.host };
    await proxy.resume();
    await platform.succeeds('destroy', '--yes', '--volumes');
    await removeLeftovers();
    await platform.succeeds('deploy', '--yes');
    await platform.settled();
  });
  afterAll(async () => {
    await platform.nautilus('destroy', '--yes', '--volumes');
    await removeLeftovers();
    proxy.remove();
    removeProfile();
  });

  test(`${LOOKS} looks at it, while it trades, find nothing`, async () => {
    const trading = trade(platform);
    const looks: Report[] = [];
    for (let look = 0; look < LOOKS; look++) {
      const layers = look % WITH_TERRAFORM === 0 ? [] : ['--layer', 'docker,settings'];
      looks.push((await platform.look({}, ...layers)).report);
    }
    const orders = await trading.end();
    const seconds = looks.map((report) => report.seconds.toFixed(1)).join(' ');
    process.stderr.write(`${LOOKS} looks beside ${orders} orders, in seconds: ${seconds}\n`);
    expect(looks.map(told)).toEqual(looks.map(() => []));
    expect(looks.map(({ verdict }) => verdict)).toEqual(looks.map(() => 'clean'));
    expect(orders).toBeGreaterThan(LOOKS);
  });

  describe.each(rounds)('$title', ({ injections }) => {
    let code: number;
    let report: Report;
    let planned: Map<string, Planned>;

    beforeAll(async () => {
      await platform.inject(injections);
      await platform.settled(injections);
      ({ code, report } = await platform.look());
      planned = await platform.planned();
    });

    test('exactly these differences are found, each with its cause', () => {
      expect(told(report)).toEqual(injections.flatMap((injection) => expected(platform, injection, report)).sort());
      expect(code).toBe(2);
    });

    test('all that could be read was read', () => {
      const silent = new Set(injections.filter(({ when }) => when !== undefined).map(({ at }) => at));
      const unread = report.layers.flatMap((layer) => layer.unread);
      expect(unread.filter(({ what }) => !silent.has(what))).toEqual([]);
    });

    test('terraform plan, by itself, sees of them what the table says', () => {
      const wanted = injections.flatMap(({ at, object = `docker_container.${at}`, plan, wavers }) =>
        plan === 'nothing' || (wavers && !planned.has(object)) ? [] : [[object, plan]],
      );
      expect(Object.fromEntries(planned)).toEqual(Object.fromEntries(wanted));
    });

    test('a dry run of the repair sends GET, and nothing else', async () => {
      const before = proxy.requests.length;
      await platform.drift(recorded, 'repair', '--dry-run');
      const asked = proxy.requests.slice(before);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((request) => !request.startsWith('GET '))).toEqual([]);
    });

    test('the repair puts right what it can, the commands that are named do the rest', async () => {
      await platform.shell(injections.flatMap(({ remedy = [] }) => remedy));
      await platform.drift({}, 'repair', '--yes');
      await platform.settled(injections.filter(({ repair }) => repair !== 'in place'));
      const after = (await platform.look()).report;
      const left = injections.filter(({ repair }) => repair === 'command');
      expect(after.findings.map(({ id }) => id).sort()).toEqual(
        left.map((injection) => nameOf(platform, injection)).sort(),
      );

      await platform.shell(inOneDeployment(after.findings.map(({ repair }) => repair.command)));
      await platform.shell(injections.flatMap(({ afterwards = [] }) => afterwards));
      await platform.settled();
      const clean = await platform.look();
      expect(told(clean.report)).toEqual([]);
      expect([clean.code, clean.report.verdict]).toEqual([0, 'clean']);
    });
  });

  describe('where looking is hard', () => {
    const container = (service: string) => `${platform.profile.project}-${service}`;
    const everything = ({ layers }: Report) => layers.flatMap(({ unread }) => unread);

    test(`${FOREIGN} containers of others are not asked for, not even once`, async () => {
      const before = await platform.look(recorded, '--layer', 'docker,settings');
      await platform.shell([`tar --create --files-from /dev/null | docker import - ${strangers}`]);
      const ids = await inParts(8, FOREIGN, async (number) => {
        const body = { Image: strangers, Cmd: ['none'], Labels: { 'io.nautilus.test': strangers } };
        const { Id } = await platform.docker.post<{ Id: string }>('/containers/create', body, {
          name: `${strangers}-${number}`,
        });
        return Id;
      });
      const asked = proxy.requests.length;
      const beside = await platform.look(recorded, '--layer', 'docker,settings');
      const touched = proxy.requests.slice(asked).filter((request) => ids.some((id) => request.includes(id)));
      await inParts(8, FOREIGN, (number) => platform.docker.removeContainer(ids[number] as string));
      await platform.docker.delete(`/images/${strangers}`);
      process.stderr.write(
        `a look takes ${before.report.seconds} s, beside ${FOREIGN} containers of others ${beside.report.seconds} s\n`,
      );
      expect(touched).toEqual([]);
      expect([beside.code, told(beside.report)]).toEqual([0, []]);
    });

    test('Docker goes away in the middle: nothing is said to be clean', async () => {
      let asked = 0;
      proxy.before = () => {
        asked++;
        if (asked === 12) proxy.cut();
      };
      const { code, stdout, stderr } = await platform.drift(recorded, '--json');
      proxy.before = () => undefined;
      await proxy.resume();
      expect(code).toBe(1);
      if (stdout === '') expect(stderr).toContain('NAUT_DOCKER_UNREACHABLE');
      else expect(JSON.parse(stdout)).toMatchObject({ verdict: 'unknown', findings: [] });
      expect((await platform.look(recorded)).report.verdict).toBe('clean');
    });

    test('a container that goes while it is looked at is missing, and no error', async () => {
      const ids = await platform.containerIds();
      proxy.before = async (request) => {
        if (!request.includes(ids.factor!) && !request.includes(container('factor'))) return;
        proxy.before = () => undefined;
        await platform.docker.removeContainer(ids.factor as string);
      };
      const { code, report } = await platform.look(recorded, '--layer', 'docker');
      expect([code, everything(report), report.findings.map(({ id }) => id)]).toEqual([2, [], ['factor/missing']]);
      await platform.succeeds('deploy', '--yes');
      await platform.settled();
    });

    test('a server that does not answer is unread, which is not clean; the others are read', async () => {
      await platform.shell(['docker kill --signal STOP $p-redis']);
      try {
        const { code, report } = await platform.look({}, '--layer', 'settings');
        expect(everything(report).map(({ what }) => what)).toEqual(['redis']);
        expect([code, report.verdict, told(report)]).toEqual([1, 'unknown', []]);
        expect(report.seconds).toBeLessThan(20);
      } finally {
        await platform.shell(['docker kill --signal CONT $p-redis']);
        await platform.settled();
      }
    });

    test('without permission on the socket it says so, and how to get it', async () => {
      // The socket is another user's, and this root may do no more than a user may.
      const socket = proxy.host.slice('unix://'.length);
      fs.chownSync(socket, 65534, 65534);
      fs.chmodSync(socket, 0o600);
      const command = [process.execPath, path.join(root, 'cli', 'nautilus.js'), 'drift', '--profile', profileFile];
      const weak = ['--bounding-set', '-dac_override,-dac_read_search', '--', ...command];
      const { code, stderr } = await ended('setpriv', weak, recorded);
      expect(code).toBe(1);
      expect(stderr).toContain('EACCES');
      expect(stderr).toContain('usermod -aG docker');
    });

    test('what an older version deployed is not compared', async () => {
      const file = path.join(root, '.nautilus', platform.profile.name, 'deployed', 'manifest.json');
      const kept = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, kept.replace(/"version":\s*2,(\s*)"profile"/, '"version":1,$1"profile"'));
      try {
        expect(fs.readFileSync(file, 'utf8')).not.toBe(kept);
        const { code, stderr } = await platform.drift({});
        expect(code).toBe(1);
        expect(stderr).toMatch(/NAUT_MANIFEST\w+/);
        expect(stderr).toContain('fix:');
      } finally {
        fs.writeFileSync(file, kept);
      }
    });
  });
});

/** A finding as a line: what must be true of it. */
const line = (id: string, kind: string, cause: string | undefined, layers: readonly string[]) =>
  `${id}  ${kind}  ${cause ?? 'no cause'}  ${layers.join(', ')}`;

const told = ({ findings }: Report): string[] =>
  findings.map(({ id, kind, cause, layers }) => line(id, kind, cause, layers)).sort();

const nameOf = (platform: DriftingPlatform, { finding = '' }: Injection) => platform.named(finding);

function expected(platform: DriftingPlatform, injection: Injection, { findings }: Report): string[] {
  const { kind, finding, cause, seenBy, plan, wavers, when } = injection;
  if (finding === undefined) return [];
  const id = nameOf(platform, injection);
  const seen = findings.find((one) => one.id === id);
  const byTerraform = plan !== 'nothing' && !(wavers && seen?.layers.includes('terraform') === false);
  // Docker tells how it ended between two starts only, and in the moment of the look it may just run.
  const untold = when === 'restarting' && seen?.live.includes('the last time it ended with') === false;
  return [line(id, kind, untold ? undefined : cause, byTerraform ? [...seenBy, 'terraform'] : seenBy)];
}

/** The commands as a person would type them together: each once, and one deployment at the end. */
function inOneDeployment(commands: readonly string[]): string[] {
  const steps = commands.flatMap((command) =>
    command.includes('nautilus deploy') ? command.replace(/ {2}#.*$/, '').split(/ && |; /) : command,
  );
  const order = ['docker', 'nautilus destroy', 'docker volume', 'nautilus deploy'];
  const place = (step: string) => order.findLastIndex((start) => step.startsWith(start));
  return [...new Set(steps)]
    .sort((a, b) => place(a) - place(b))
    .map((step) => (step.startsWith('nautilus ') ? `${step} --yes` : step));
}

/** Does the work for the numbers from 0 to `count`, `width` of them at the same time; the results in their order. */
async function inParts<T>(width: number, count: number, work: (number: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      results[number] = await work(number);
    }
  };
  await Promise.all(Array.from({ length: width }, one));
  return results;
}

/** Sends market orders, some dozens a second, until it is ended; how many were taken. */
function trade(platform: DriftingPlatform): { end(): Promise<number> } {
  let going = true;
  let orders = 0;
  const work = (async () => {
    while (going) {
      const side = orders % 2 === 0 ? 'buy' : 'sell';
      const order = { clientOrderId: `drift-${randomUUID()}`, account: 'main', symbol: 'AAPL', side, quantity: 10 };
      const reply = await platform.post('oms', 'orders', { ...order, type: 'market' });
      if (!reply.ok) throw new Error(`an order was refused: ${reply.status} ${await reply.text()}`);
      orders++;
      await delay(20);
    }
  })();
  work.catch(() => undefined);
  return {
    end: async () => {
      going = false;
      await work;
      return orders;
    },
  };
}
