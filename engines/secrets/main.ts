import fs from 'node:fs';
import { requireUsable } from './certificate/check';
import { parseDeclaration } from './declaration';
import { SecretsError } from './errors';
import { SecretKeeper } from './keeper';

/**
 * make DECLARATION             creates what is missing
 * prepare DECLARATION FILE...  puts new values beside those in force
 * accept DECLARATION FILE...   brings them into force
 * list DECLARATION             tells what there is as JSON, never a value
 * check NAMES CERTIFICATE KEY  says whether two local files can be the gateway's; NAMES with commas
 */
async function run(command: string | undefined, first: string | undefined, rest: readonly string[]): Promise<void> {
  switch (command) {
    case 'make':
      return new SecretKeeper(parseDeclaration(first)).make();
    case 'prepare':
      return new SecretKeeper(parseDeclaration(first)).prepare(rest);
    case 'accept':
      return new SecretKeeper(parseDeclaration(first)).accept(rest);
    case 'list':
      return void process.stdout.write(`${JSON.stringify(new SecretKeeper(parseDeclaration(first)).list())}\n`);
    case 'check': {
      const [certificate = '', key = ''] = rest.map(readGiven);
      return requireUsable({ certificate, key }, (first ?? '').split(','), new Date());
    }
    default:
      throw new SecretsError({
        code: 'NAUT_SECRETS_DECLARATION',
        message: `no such command: ${command ?? 'none was given'}`,
        fix: 'give one of make, prepare, accept, list, check',
      });
  }
}

/** A file that the operator names. Throws NAUT_CERTIFICATE_UNREADABLE. */
function readGiven(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SecretsError({
      code: 'NAUT_CERTIFICATE_UNREADABLE',
      message: `${file} cannot be read: ${(cause as Error).message}`,
      fix: 'give the path of a PEM file that you may read',
      cause,
    });
  }
}

run(process.argv[2], process.argv[3], process.argv.slice(4)).catch((error: Error) => {
  const { code, fix } = error instanceof SecretsError ? error : { code: 'NAUT_SECRETS_FAILED', fix: undefined };
  process.stderr.write(`${code}  ${error.message}\n${fix === undefined ? '' : `  fix: ${fix}\n`}`);
  process.exitCode = 1;
});
