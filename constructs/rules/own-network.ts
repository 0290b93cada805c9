import { blocks, type Rule } from './rule';

/** On Docker's default bridge, containers of strangers are neighbours and have no names. */
export const ownNetwork: Rule = {
  id: 'NAUT_RULE_OWN_NETWORK',
  about: "is on the platform's network, or on none",
  check: ({ networksAdvancedInput, networkModeInput }) =>
    networkModeInput === 'none' || blocks(networksAdvancedInput).length === 1
      ? undefined
      : "is not on exactly one network of its own; name the platform's in networksAdvanced, or set networkMode none",
};
