import { blocks, type Rule } from './rule';

/** Containers on a Mac reach no GPU and no Neural Engine: there is nothing that a device could give them. */
export const noDevices: Rule = {
  id: 'NAUT_RULE_NO_DEVICES',
  about: 'has no device of the host',
  check: ({ devicesInput, gpusInput }) =>
    blocks(devicesInput).length > 0 || gpusInput ? 'is given devices of the host; none are needed' : undefined,
};
