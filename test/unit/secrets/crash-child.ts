/** crash-child DECLARATION WORK KILL: does the work, and kills itself before the KILLth step that changes the file system. */
import fs from 'node:fs';
import { parseDeclaration, SecretKeeper } from '../../../engines/secrets';

const [declaration, work, kill] = process.argv.slice(2);
let left = Number(kill);

const changing = ['writeSync', 'linkSync', 'renameSync', 'rmSync'] as const;
for (const name of changing) {
  const original = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
      return original(...args);
    },
  });
}

async function main() {
  const keeper = new SecretKeeper(parseDeclaration(declaration));
  if (work === 'make') return keeper.make();
  const files = ['postgres-password', 'viewer-password', 'gateway.crt', 'gateway.key'];
  await keeper.prepare(files);
  keeper.accept(files);
}

main();
