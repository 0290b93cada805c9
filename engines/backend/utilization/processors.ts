import { readFile } from 'node:fs/promises';

/** Time that the machine's processors spent since it started, in ticks of the kernel. */
export interface ProcessorTime {
  readonly count: number;
  readonly busy: number;
  readonly total: number;
}

/** Reads /proc/stat. Time in which a virtual machine's processor was not given to it counts as idle: nobody here used it. */
export function parseProcessorTime(text: string): ProcessorTime | undefined {
  const lines = text.split('\n');
  const fields = lines
    .find((line) => line.startsWith('cpu '))
    ?.trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  if (!fields || fields.length < 8 || fields.some(Number.isNaN)) return undefined;
  // user nice system idle iowait irq softirq steal; guest time is in user already.
  const [user, nice, system, idle, wait, irq, softirq, steal] = fields as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const busy = user + nice + system + irq + softirq;
  return {
    count: lines.filter((line) => /^cpu\d/.test(line)).length,
    busy,
    total: busy + idle + wait + steal,
  };
}

export const readProcessorTime = async (): Promise<ProcessorTime | undefined> =>
  parseProcessorTime(await readFile('/proc/stat', 'utf8').catch(() => ''));
