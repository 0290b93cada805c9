import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Manifest } from '../../../manifest';
import { DockerClient } from '../../../operations/docker';
import { overlapping, requireFreePorts } from '../../../operations/terraform/preconditions';

const network = (Name: string, Subnet: string) => ({
  Id: Name,
  Name,
  Driver: 'bridge',
  Labels: null,
  IPAM: { Config: [{ Subnet }] },
});

test.each([
  ['172.20.0.0/16', '172.20.5.0/24', true],
  ['172.20.5.0/24', '172.20.0.0/16', true],
  ['172.20.0.0/16', '172.21.0.0/16', false],
  ['10.0.0.0/9', '10.127.255.0/24', true],
  ['10.0.0.0/9', '10.128.0.0/24', false],
  ['0.0.0.0/0', '192.168.1.0/24', true],
])('%s and %s overlap: %s', (ours, theirs, clash) => {
  const found = overlapping(ours, [network('other', theirs)], 'nautilus-network');
  expect(found).toEqual(clash ? { name: 'other', subnet: theirs } : undefined);
});

test('the own network is no clash, and neither is one of IPv6', () => {
  const networks = [network('nautilus-network', '172.20.0.0/16'), network('six', 'fd00::/64')];
  expect(overlapping('172.20.0.0/16', networks, 'nautilus-network')).toBeUndefined();
});

describe('ports', () => {
  let folder: string;
  let engine: http.Server;
  let docker: DockerClient;
  let other: net.Server;
  let taken: number;
  const containers = [{ Names: ['/nautilus-oms'], Ports: [{ PrivatePort: 9010, PublicPort: 0, Type: 'tcp' }] }];

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-'));
    const socketPath = path.join(folder, 'docker.sock');
    engine = http.createServer((_, reply) => reply.end(JSON.stringify(containers)));
    await new Promise<void>((done) => engine.listen(socketPath, done));
    docker = new DockerClient({ kind: 'unix', socketPath });
    other = net.createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    taken = (other.address() as net.AddressInfo).port;
  });
  afterAll(() => {
    engine.close();
    other.close();
    fs.rmSync(folder, { recursive: true });
  });

  const manifest = (port: number) =>
    ({
      services: [{ name: 'oms', container: 'nautilus-oms', published: [{ address: '127.0.0.1', port, target: 9010 }] }],
    }) as unknown as Manifest;

  test('a port that another program holds is told with the service that wants it', async () => {
    await expect(requireFreePorts(docker, manifest(taken))).rejects.toMatchObject({
      code: 'NAUT_PORT_TAKEN',
      details: [`oms: 127.0.0.1:${taken} is taken by another program`],
    });
  });

  test('a port that the own container publishes is free for it', async () => {
    containers[0] = { Names: ['/nautilus-oms'], Ports: [{ PrivatePort: 9010, PublicPort: taken, Type: 'tcp' }] };
    await expect(requireFreePorts(docker, manifest(taken))).resolves.toBeUndefined();
  });

  test('a port that the container of somebody else publishes is told with its name', async () => {
    containers[0] = { Names: ['/somebody'], Ports: [{ PrivatePort: 80, PublicPort: taken, Type: 'tcp' }] };
    await expect(requireFreePorts(docker, manifest(taken))).rejects.toMatchObject({
      details: [`oms: port ${taken} is published by the container somebody`],
    });
  });
});
