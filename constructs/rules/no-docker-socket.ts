import type { ContainerMounts, ContainerUpload, ContainerVolumes } from '@cdktf/provider-docker/lib/container';
import { blocks, type Rule } from './rule';

/** Who may speak to the engine is root on its machine. */
export const noDockerSocket: Rule = {
  id: 'NAUT_RULE_NO_DOCKER_SOCKET',
  about: 'cannot speak to the Docker engine',
  check: ({ mountsInput, volumesInput, uploadInput }) => {
    const paths = [
      ...blocks<ContainerMounts>(mountsInput).flatMap(({ source, target }) => [source, target]),
      ...blocks<ContainerVolumes>(volumesInput).flatMap(({ hostPath, containerPath }) => [hostPath, containerPath]),
      ...blocks<ContainerUpload>(uploadInput).map(({ source }) => source),
    ];
    const socket = paths.find((path) => path && /docker(\.raw)?\.sock$/.test(path));
    return socket ? `gets ${socket}, with which it could do anything to the machine; do it from the host` : undefined;
  },
};
