import { m4MaxVariant, m4MaxVariants } from '../../hardware/m4-max';
import { type Check, quote } from './check';

/** The machine exists, and Docker's VM leaves it room: memory for macOS and the GPU, one CPU a performance core. */
export const hardwareExists: Check = ({ source: { hardware, docker }, position }) => {
  if (hardware?.model !== 'm4-max') return [];
  const variant = hardware.memory && m4MaxVariant(hardware.memory);
  if (!variant)
    return [
      {
        code: 'NAUT_HARDWARE_UNKNOWN',
        message: 'hardware.memory: no M4 Max was sold with it',
        value: quote(hardware.memory),
        allowed: m4MaxVariants.map(({ memory }) => memory.toJSON()).join(', '),
        fix: 'write the memory that About This Mac shows',
        position: position(['hardware', 'memory'], ['hardware']),
      },
    ];
  if (!docker) return [];
  const mostMemory = variant.memory.times(0.75);
  return [
    ...(docker.memory.exceeds(mostMemory)
      ? [
          {
            code: 'NAUT_DOCKER_MEMORY' as const,
            message: `docker.memory leaves a machine of ${variant.memory} too little for macOS and the GPU`,
            value: quote(docker.memory),
            allowed: `at most ${mostMemory}; Docker Desktop's own choice is ${variant.dockerDefault}`,
            fix: `write ${variant.dockerDefault.toJSON()}`,
            position: position(['docker', 'memory']),
          },
        ]
      : []),
    ...(docker.cpus > variant.performanceCores
      ? [
          {
            code: 'NAUT_DOCKER_CPUS' as const,
            message: `docker.cpus is above the ${variant.performanceCores} performance cores: some CPUs of the VM would run on efficiency cores`,
            value: quote(docker.cpus),
            allowed: `at most ${variant.performanceCores}`,
            fix: `write ${variant.performanceCores}`,
            position: position(['docker', 'cpus']),
          },
        ]
      : []),
  ];
};
