import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askEngine } from '../../../cli/engines';

let server: Server;
let answer: object;
beforeAll((done) => {
  server = createServer((_, response) => {
    response.writeHead(422, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1', done);
});
afterAll(() => server.close());

const refused = { code: 'NAUT_X', message: 'no', fix: 'another' };

test.each<[string, object, readonly string[]]>([
  ['a list', { allowed: ['a', 'b'] }, ['allowed: a, b']],
  [
    'a text, and a line a mistake',
    { allowed: 'yes or no', details: ['line 2', 'line 3'] },
    ['line 2', 'line 3', 'allowed: yes or no'],
  ],
  ['a number', { allowed: 7 }, ['allowed: 7']],
  ['nothing, and details for programs', { details: { issues: [1] } }, []],
])('what an engine refuses is told as it says it: %s', async (_, more, details) => {
  answer = { ...refused, ...more };
  const { port } = server.address() as AddressInfo;
  await expect(askEngine('pms', `http://127.0.0.1:${port}/`)).rejects.toMatchObject({ ...refused, details });
});
