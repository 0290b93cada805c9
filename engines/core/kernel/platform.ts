import { type Known, type Machine, thisMachine, unknown } from './machine';

/** Docker puts this file into every container. */
const inContainer = (machine: Machine): boolean => machine.exists('/.dockerenv');

/** Is this what its container was started for? Then the container's cgroup accounts for nothing but this process. */
export const hasContainer = (machine: Machine = thisMachine): boolean => inContainer(machine) && machine.pid === 1;

/** True only where the processor's name is visible: on macOS itself. */
export function m4MaxDetected(machine: Machine = thisMachine): Known<boolean> {
  if (machine.platform === 'darwin') {
    if (!machine.cpuModel) return unknown('the system does not tell the processor');
    return { value: /\bM4 Max\b/.test(machine.cpuModel) };
  }
  if (inContainer(machine)) {
    return unknown('a container sees the virtual machine that it runs in, not the Mac under it');
  }
  return unknown(`only a macOS host tells its processor, this is ${machine.platform}`);
}
