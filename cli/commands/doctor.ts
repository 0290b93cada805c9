import { type HostHardware, loadProfile } from '@nautilus/config';
import { type Diagnosis, diagnose, type Finding, thisMachine } from '@nautilus/operations/doctor';
import { Exit, type Register } from '../command';
import { profileOption } from '../option';
import { printJson } from '../output/json';

function describeHost({
  chip,
  performanceCores,
  efficiencyCores,
  gpuCores,
  logicalCpus,
  memory,
  os,
  m4Max,
}: HostHardware): string {
  const cores = performanceCores ? `${performanceCores}P+${efficiencyCores ?? 0}E cores` : `${logicalCpus} CPUs`;
  const parts = [chip ?? 'unknown processor', cores, gpuCores && `${gpuCores} GPU cores`, `${memory} memory`, os];
  return `${parts.filter(Boolean).join(', ')}${m4Max ? ` (M4 Max, ${m4Max.memoryBandwidth} GB/s)` : ''}`;
}

function describe({ name, state, found, neededFor, fix }: Finding): string {
  const lines = [`  ${state.padEnd(9)}  ${name.padEnd(21)}  ${found}`];
  const indent = ' '.repeat(13);
  if (state !== 'ok') lines.push(`${indent}needed for: ${neededFor}`, ...(fix ? [`${indent}get it: ${fix}`] : []));
  return lines.join('\n');
}

function conclusion({ findings, localWorks, deployWorks }: Diagnosis): string {
  const lacking = (use: Finding['use']) =>
    findings
      .filter((finding) => finding.use === use && finding.state !== 'ok')
      .map(({ name, state }) => `${name} (${state})`);
  return [
    localWorks
      ? 'works now: the platform without Docker: `nautilus local up`, or `make up`'
      : `the platform without Docker does not work yet: ${lacking('local').join(', ')}`,
    deployWorks
      ? 'works now: the platform in Docker: `nautilus deploy`'
      : `for the platform in Docker (nautilus deploy, diff, destroy): ${lacking('deploy').join(', ') || 'Node (too old)'}`,
  ].join('\n');
}

/** `nautilus doctor`: what works on this machine, what is missing and how to get it. Exit code 0: local mode works. */
export const registerDoctor: Register = (program, action) => {
  program
    .command('doctor')
    .description('what works on this machine, what is missing, and how to get it')
    .addOption(profileOption())
    .option('--json', 'stable JSON')
    .addHelpText('after', '\nExample:\n  nautilus doctor --profile ci\n')
    .action(
      action(async (options: { profile: string; json?: boolean }) => {
        const machine = await thisMachine(loadProfile(options.profile));
        const diagnosis = await diagnose(machine);
        const { findings, localWorks, deployWorks } = diagnosis;
        if (options.json) {
          const { memory, limits, m4Max, ...host } = machine.host;
          const answer = {
            profile: machine.profile.name,
            host: {
              ...host,
              memoryBytes: memory.bytes,
              limits: { cpus: limits.cpus ?? null, memoryBytes: limits.memory?.bytes ?? null },
              m4Max: m4Max !== undefined,
            },
            localWorks,
            deployWorks,
            checks: findings,
          };
          printJson(answer);
        } else {
          const lines = [describeHost(machine.host), '', ...findings.map(describe), '', conclusion(diagnosis)];
          process.stdout.write(`${lines.join('\n')}\n`);
        }
        return localWorks ? Exit.fine : Exit.failed;
      }),
    );
};
