import type { ObservedService } from '../observed';
import type { LiveValue, Subject } from '../reading';
import { at } from './at';
import { type Kernel, kernelOf, kernelQuestion } from './kernel';

/** What the container itself sees of its limits and its network. */
const inside: Readonly<Record<string, (kernel: Kernel, observed: ObservedService) => LiveValue | undefined>> = {
  'cgroup.memory': ({ memoryBytes }) => memoryBytes,
  'cgroup.cpus': ({ cpus }) => cpus,
  'eth0.mtu': ({ mtu }, { hardwareAddress }) => (hardwareAddress ? mtu.get(hardwareAddress) : 'not on the network'),
};

/** The container: a path into `docker inspect`, or what its own kernel view tells. */
export const container: Subject = {
  questions: () => ({ kernel: kernelQuestion }),
  settings: (observed) => {
    const kernel = kernelOf(observed.answers);
    return ({ setting }) => {
      const ownView = inside[setting];
      return ownView ? ownView(kernel, observed) : at(observed.detail, setting.split('.'));
    };
  },
};
