import { MemorySize } from '../units';
import { type HostHardware, recognizeM4Max } from './host';

/** What `sysctl` is asked for. An Intel Mac has no perflevels; sysctl then prints the others and fails. */
export const sysctlNames = Object.freeze([
  'machdep.cpu.brand_string',
  'hw.memsize',
  'hw.logicalcpu',
  'hw.perflevel0.logicalcpu',
  'hw.perflevel1.logicalcpu',
]);

/** Lines of `name: value`. */
function parseSysctl(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').map((line) => /^([\w.]+): (.*)$/.exec(line.trim()));
  return Object.fromEntries(lines.flatMap((match) => (match ? [[match[1], match[2]]] : [])));
}

/** Cores of the first GPU in the output of `system_profiler -json SPDisplaysDataType`. */
function parseGpuCores(json: string): number | undefined {
  let displays: unknown;
  try {
    displays = (JSON.parse(json) as { SPDisplaysDataType?: unknown }).SPDisplaysDataType;
  } catch {
    return undefined;
  }
  if (!Array.isArray(displays)) return undefined;
  const cores = displays.map((display: { sppci_cores?: string }) => Number(display.sppci_cores));
  return cores.find((count) => Number.isInteger(count) && count > 0);
}

/** Reads the machine from the outputs of both commands; undefined when sysctl said nothing of its memory. */
export function readMac(outputs: { sysctl: string; displays: string; architecture: string }): HostHardware | undefined {
  const values = parseSysctl(outputs.sysctl);
  const number = (name: string) => (values[name] === undefined ? undefined : Number(values[name]));
  const [bytes, cpus] = [number('hw.memsize'), number('hw.logicalcpu')];
  if (!bytes || !cpus) return undefined;
  const host = {
    os: 'macos' as const,
    architecture: outputs.architecture,
    chip: values['machdep.cpu.brand_string'],
    logicalCpus: cpus,
    performanceCores: number('hw.perflevel0.logicalcpu'),
    efficiencyCores: number('hw.perflevel1.logicalcpu'),
    gpuCores: parseGpuCores(outputs.displays),
    memory: MemorySize.bytes(bytes),
    limits: {},
  };
  return { ...host, m4Max: recognizeM4Max(host) };
}
