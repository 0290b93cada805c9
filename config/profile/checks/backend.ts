import { isAbsolute } from 'node:path';
import { stateBackend, stateBackends, stateSettings } from '../../state-backends';
import { type Check, quote } from './check';

/** Longest name of a stack. */
const LONGEST_STACK = 'foundation';

/** Where Terraform keeps its state is a place that it knows, with no secret in the profile and room for each stack. */
export const stateIsKept: Check = ({ name, source, position }) => {
  const { kind: wanted, ...settings } = source.terraform?.backend ?? { kind: 'local' };
  const kind = String(wanted);
  const backend = stateBackend(kind);
  const at = (key: string) => position(['terraform', 'backend', key], ['terraform', 'backend']);
  if (backend === undefined)
    return [
      {
        code: 'NAUT_STATE_BACKEND' as const,
        message: `terraform.backend.kind names no place in which Terraform can keep its state here`,
        value: quote(kind),
        allowed: Object.keys(stateBackends).join(' | '),
        position: at('kind'),
      },
    ];

  const secret = Object.entries(settings).flatMap(([key, value]) => {
    const variable = (backend.secrets as Readonly<Record<string, string>>)[key] ?? variableOf(kind, key, value);
    if (variable === undefined) return [];
    return [
      {
        code: 'NAUT_STATE_SECRET' as const,
        message: `terraform.backend.${key} is a secret, or has one in it: a profile is no place for it`,
        fix: `take it out of the profile, and set ${variable} in the environment of nautilus`,
        position: at(key),
      },
    ];
  });

  const missing = backend.required
    .filter((key) => settings[key] === undefined)
    .map((key) => ({
      code: 'NAUT_STATE_BACKEND' as const,
      message: `terraform.backend of kind ${kind} needs ${key}`,
      fix: `add ${key} to terraform.backend`,
      position: at('kind'),
    }));

  const place = String(
    stateSettings({ kind, settings }, String(source.name ?? name), LONGEST_STACK)[backend.place] ?? '',
  );
  const long =
    backend.longest !== undefined && place.length > backend.longest
      ? [
          {
            code: 'NAUT_STATE_BACKEND' as const,
            message: `terraform.backend.${backend.place} becomes too long for ${kind}`,
            value: quote(place),
            allowed: `${backend.longest} characters with the profile's name and the longest stack's (${LONGEST_STACK})`,
            position: at(backend.place),
          },
        ]
      : [];
  const relative =
    kind === 'local' && settings.path !== undefined && !isAbsolute(String(settings.path))
      ? [
          {
            code: 'NAUT_STATE_BACKEND' as const,
            message: 'terraform.backend.path must not depend on where a command is run',
            value: quote(settings.path),
            allowed: 'the absolute path of a folder',
            position: at('path'),
          },
        ]
      : [];
  return [...secret, ...missing, ...long, ...relative];
};

/** The variable for a secret that has no name of its own among the settings: a password in an address, or a key by its name. */
function variableOf(kind: string, key: string, value: string | number | boolean): string | undefined {
  if (typeof value === 'string' && (/:\/\/[^/@\s]*:[^/@\s]+@/.test(value) || /(?:^|\s)password\s*=/.test(value)))
    return kind === 'pg' ? 'PG_CONN_STR, or PGPASSWORD' : 'the variable that Terraform documents for it';
  return /password|secret_key|access_key$|(?:^|_)token$|private_key/.test(key)
    ? 'the variable that Terraform documents for it'
    : undefined;
}
