import { mkdirSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadProfile, m4MaxVariants, services } from '@nautilus/config';
import type { Finding, Machine } from '@nautilus/operations/doctor';
import { hardware } from '../../../operations/doctor/checks/hardware';
import { node } from '../../../operations/doctor/checks/node';
import { packages } from '../../../operations/doctor/checks/packages';
import { ports } from '../../../operations/doctor/checks/ports';
import { provider, terraform as terraformCheck } from '../../../operations/doctor/checks/terraform';
import { diagnose } from '../../../operations/doctor/diagnose';
import { isAtLeast } from '../../../operations/doctor/version';
import { freePort } from '../../support/free-port';
import { onLaptop } from '../config/profile-file';
import { bareMachine, engine, programs, temporaryFolder, terraform } from './machines';

const states = (findings: readonly Finding[]) => Object.fromEntries(findings.map(({ name, state }) => [name, state]));

/** A home with the provider in it, so that no test asks a registry. */
function homeWithProvider(version: string): string {
  const home = temporaryFolder();
  const system = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  mkdirSync(join(home, '.terraform.d/plugins/registry.terraform.io/kreuzwerker/docker', version, system), {
    recursive: true,
  });
  return home;
}

const portNames = services.map(({ name }) => name);
/** A port that nothing listens on for each of them. */
const freePorts = () => Promise.all(portNames.map(freePort));
/** The laptop profile on these. */
const onPorts = (numbers: readonly number[]) =>
  loadProfile(onLaptop(`ports: { ${portNames.map((name, index) => `${name}: ${numbers[index]}`).join(', ')} }`));

let savedHome: string | undefined;
beforeAll(() => {
  savedHome = process.env.NAUTILUS_HOME;
  process.env.NAUTILUS_HOME = temporaryFolder();
});
afterAll(() => {
  if (savedHome === undefined) delete process.env.NAUTILUS_HOME;
  else process.env.NAUTILUS_HOME = savedHome;
});

describe('a machine with nothing but Node', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = bareMachine({
      env: { HOME: homeWithProvider('4.5.0') },
      profile: onPorts(await freePorts()),
    });
  });

  test('runs the platform without Docker, and is told what the rest needs', async () => {
    const { findings, localWorks, deployWorks } = await diagnose(machine);
    expect([localWorks, deployWorks]).toEqual([true, false]);
    expect(states(findings)).toMatchObject({
      Node: 'ok',
      ports: 'ok',
      'Docker engine': 'missing',
      Terraform: 'missing',
    });
    for (const { state, fix, neededFor } of findings) {
      expect(neededFor).not.toBe('');
      if (state !== 'ok') expect(fix).toEqual(expect.any(String));
    }
  });

  test('can be deployed to once it has Docker and Terraform; the docker program is not needed', async () => {
    const { findings, deployWorks } = await diagnose({
      ...machine,
      docker: await engine({}),
      run: programs(terraform('1.5.0')),
    });
    expect(states(findings)).toMatchObject({ 'docker program': 'missing', 'Docker resources': 'ok', subnet: 'ok' });
    expect(deployWorks).toBe(true);
  });
});

describe('a profile for one machine', () => {
  const profile = loadProfile('m4-max-128gb');
  const variant = m4MaxVariants.find(({ memory }) => memory.gibibytes === 128)!;
  const bare = bareMachine().host;

  test('is at home on that machine', async () => {
    const host = { ...bare, memory: variant.memory, m4Max: variant };
    expect((await hardware(bareMachine({ profile, host })))[0]?.state).toBe('ok');
  });
  test('says so on another, where the rest may still work', async () => {
    const [finding] = await hardware(bareMachine({ profile, host: { ...bare, chip: 'Apple M1' } }));
    expect(finding).toMatchObject({
      state: 'missing',
      use: 'comfort',
      found: 'this machine is Apple M1 with 128.0 GiB',
    });
  });
});

test('a port that another program holds is named with its service', async () => {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const free = await freePorts();
  const profile = onPorts(free.map((number, index) => (portNames[index] === 'oms' ? port : number)));
  const [finding] = await ports(bareMachine({ profile }));
  await new Promise((resolve) => server.close(resolve));
  expect(finding).toMatchObject({ state: 'taken', found: `taken: ${port} (oms)` });
});

test('ports that the deployed platform itself publishes are in the way of local mode only', async () => {
  const free = await freePorts();
  const docker = await engine({ published: free.slice(0, 2) });
  const profile = onPorts(free);
  const [finding] = await ports(bareMachine({ profile, docker }));
  expect(finding).toMatchObject({
    state: 'taken',
    use: 'local',
    found: expect.stringContaining('held by the platform that is deployed here'),
    fix: expect.stringContaining(`nautilus destroy --profile ${profile.file}`),
  });
});

test.each([
  ['20.18.3', 'too old'],
  ['20.19.0', 'ok'],
  ['24.1.0', 'ok'],
])('Node %s is %s', async (nodeVersion, state) => {
  expect((await node(bareMachine({ nodeVersion })))[0]?.state).toBe(state);
});

test('an installation without its packages is told to install them', async () => {
  const findings = await packages(bareMachine({ root: temporaryFolder() }));
  expect(findings.map(({ state, fix }) => [state, fix?.startsWith('run `npm ci`')])).toEqual([
    ['missing', true],
    ['missing', true],
  ]);
});

describe('Terraform', () => {
  const stateOf = async (output: string) =>
    (await terraformCheck(bareMachine({ run: programs({ terraform: output }) })))[0];

  test('of a release without -json output is read from its first line', async () => {
    expect(await stateOf('Terraform v0.12.31\n')).toMatchObject({ state: 'too old', found: '0.12.31' });
  });
  test('that says something else is not taken for a version', async () => {
    expect(await stateOf('segmentation fault\n')).toMatchObject({
      state: 'too old',
      found: expect.stringContaining('segmentation'),
    });
  });
  test('may be OpenTofu', async () => {
    const run = programs({ tofu: JSON.stringify({ terraform_version: '1.9.0' }) });
    const [finding] = await terraformCheck(bareMachine({ run, env: { TERRAFORM_BINARY_NAME: 'tofu' } }));
    expect(finding).toMatchObject({ state: 'ok', found: '1.9.0' });
  });
  test('has its provider from the folder that it looks into first', async () => {
    const [finding] = await provider(bareMachine({ env: { HOME: homeWithProvider('4.10.1') } }));
    expect(finding).toMatchObject({ state: 'ok', found: expect.stringMatching(/^4\.10\.1 in .*kreuzwerker\/docker$/) });
  });
});

test.each([
  ['20.10.24+dfsg1', '20.10', true],
  ['20.9.9', '20.10', false],
  ['v1.5.0-beta1', '1.5', true],
  ['100.0', '20.10', true],
  ['dev', '20.10', false],
])('version %s is at least %s: %s', (version, least, expected) => expect(isAtLeast(version, least)).toBe(expected));
