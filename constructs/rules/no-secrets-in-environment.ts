import type { Rule } from './rule';

const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)KEY(_|$))/i;
/** A path of a file, or a reference that the program itself resolves to one. */
const file = /^(\/|file:|\$__file\{)/;
const switches = /^(true|false|on|off|yes|no|\d*)$/i;
/** `postgres://somebody:something@host`. */
const credentials = /:\/\/[^/\s:@]+:[^/\s@]+@/;

/** What is in the environment is in `docker inspect`, in Terraform's state and in every crash report. */
export const noSecretsInEnvironment: Rule = {
  id: 'NAUT_RULE_NO_SECRETS_IN_ENVIRONMENT',
  about: 'is told of secrets by the names of their files',
  check: ({ envInput = [], commandInput = [], entrypointInput = [] }) => {
    for (const entry of envInput) {
      const at = entry.indexOf('=');
      const [name, value] = [entry.slice(0, at), entry.slice(at + 1)];
      if ((secretName.test(name) && !file.test(value) && !switches.test(value)) || credentials.test(value))
        return `has a secret in ${name}; give it the path of a file in the secrets volume`;
    }
    return [...commandInput, ...entrypointInput].some((argument) => credentials.test(argument))
      ? 'has a secret on its command line; give it the path of a file in the secrets volume'
      : undefined;
  },
};
