import type { Proof } from './finding';

/** A label of a host name (RFC 1123): Docker gives it to the container, its resolver finds it by it. */
const hostName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** As the daemon checks it. */
const containerName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
/** IFNAMSIZ is 16, with the zero at the end. */
const longestInterface = 15;

/** Names that Docker and the kernel take, each once. */
export const namesAreRight: Proof = ({ profile, claimants }) => {
  const names = claimants.map(({ container }) => container.nameInput ?? '');
  const findings = claimants.flatMap(({ name, container }) => {
    const own = container.nameInput ?? '';
    const host = container.hostnameInput;
    return [
      ...(containerName.test(own) && own.length <= 63 ? [] : [`${name} has the container name ${own}`]),
      ...(names.filter((other) => other === own).length > 1 ? [`${own} is the name of two containers`] : []),
      ...(host === undefined || hostName.test(host) ? [] : [`${name} has the host name ${host}`]),
    ];
  });
  const { bridgeName } = profile.network;
  if (bridgeName.length > longestInterface) findings.push(`the bridge has the name ${bridgeName}`);
  if (findings.length === 0) return [];
  return [
    {
      code: 'NAUT_NAME_INVALID',
      message: `${findings.length === 1 ? 'a name is' : `${findings.length} names are`} none that Docker and the kernel take`,
      details: [
        ...findings,
        `allowed: letters, digits and dashes, at most 63 for a container, at most ${longestInterface} for a bridge`,
      ],
      fix: 'shorten project or network.bridgeName in the profile',
    },
  ];
};
