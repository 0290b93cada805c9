import { DockerClient } from '@nautilus/operations/docker';
import { requireForDeploy } from '@nautilus/operations/doctor';
import { bareMachine, engine, programs, temporaryFolder, terraform } from './machines';

const refusal = (machine: ReturnType<typeof bareMachine>) =>
  requireForDeploy(machine.profile, machine).then(
    () => undefined,
    (error) => error,
  );

describe('before a deployment', () => {
  test('a machine that has everything gives its engine', async () => {
    const machine = bareMachine({ docker: await engine({}), run: programs(terraform('1.11.4')) });
    expect(await requireForDeploy(machine.profile, machine)).toBeInstanceOf(DockerClient);
  });

  test.each([
    ['no Docker', {}, 'NAUT_DOCKER_MISSING', /brew install --cask docker-desktop/],
    [
      'Docker installed, not running',
      { docker: 'Docker version 28.2.2, build e6534b4' },
      'NAUT_DOCKER_MISSING',
      /start Docker Desktop/,
    ],
  ])('%s is told', async (_, found, code, fix) => {
    const run = programs({ ...terraform('1.11.4'), ...found } as Record<string, string>);
    const error = await refusal(bareMachine({ run }));
    expect(error).toMatchObject({ code, fix: expect.stringMatching(fix) });
  });

  test('an engine that does not answer is told', async () => {
    const docker = () => new DockerClient({ kind: 'unix', socketPath: `${temporaryFolder()}/docker.sock` });
    const error = await refusal(bareMachine({ docker, run: programs(terraform('1.11.4')) }));
    expect(error).toMatchObject({ code: 'NAUT_DOCKER_UNREACHABLE', fix: 'start Docker Desktop or OrbStack' });
  });

  test.each([
    ['Docker too old', { version: '19.03.15' }, '1.11.4', 'NAUT_DOCKER_TOO_OLD', '19.03.15'],
    ['an engine with too little memory', { memoryGiB: 4 }, '1.11.4', 'NAUT_DOCKER_TOO_SMALL', '4.0 GiB and 4 CPUs'],
    ['an engine with too few CPUs', { cpus: 1 }, '1.11.4', 'NAUT_DOCKER_TOO_SMALL', 'above the 1 CPUs'],
    ['a network in the way', { subnets: ['172.20.0.0/16'] }, '1.11.4', 'NAUT_SUBNET_TAKEN', 'other0'],
    ['Terraform too old', {}, '1.4.7', 'NAUT_TERRAFORM_TOO_OLD', '1.4.7'],
  ])('%s is told', async (_, facts, terraformVersion, code, found) => {
    const error = await refusal(
      bareMachine({ docker: await engine(facts), run: programs(terraform(terraformVersion)) }),
    );
    expect(error).toMatchObject({ code, message: expect.stringContaining(found) });
    expect(error.fix).toEqual(expect.any(String));
  });

  test('no Terraform is told', async () => {
    expect(await refusal(bareMachine({ docker: await engine({}) }))).toMatchObject({
      code: 'NAUT_TERRAFORM_MISSING',
      message: 'Terraform (missing): no program terraform',
    });
  });

  test('all that is missing is told at once, with how to get each', async () => {
    const text = (await refusal(bareMachine())).format();
    expect(text).toMatch(/^NAUT_DOCKER_MISSING {2}Docker engine \(missing\): no engine and no docker program$/m);
    expect(text).toMatch(/also NAUT_TERRAFORM_MISSING: Terraform \(missing\)/);
    expect(text).toMatch(/fix: brew install hashicorp\/tap\/terraform/);
    expect(text).toMatch(/nautilus local up/);
  });
});
