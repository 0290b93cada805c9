/** `bare.js`: what HTTP costs without an order system. Parses the order, answers with one of its size, prints its port. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const server = http.createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (data) => {
    body += data;
  });
  request.on('end', () => {
    const order = JSON.parse(body);
    const at = new Date().toISOString();
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ orderId: 1, ...order, status: 'pendingNew', createdAt: at, updatedAt: at }));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
