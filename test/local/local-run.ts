import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { catalog, type ServiceName } from '@nautilus/config/catalog';
import { Client } from 'pg';
import { eventually } from '../support/eventually';

const root = path.join(__dirname, '..', '..');

export interface Order {
  orderId: number;
  clientOrderId: string;
  status: string;
  quantity: number;
  filledQuantity: number;
}

export interface ServiceStatus {
  name: string;
  state: string;
  port: number;
  pid: number;
  memoryBytes: number;
}

export const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;

/** A platform of the test's own, run through the real command: its own data directory, its own ports. */
export class LocalRun {
  readonly home = mkdtempSync(path.join(tmpdir(), 'nautilus-local-'));
  readonly profile = path.join(this.home, 'local-test.yaml');

  constructor(private readonly portOffset: number) {
    chmodSync(this.home, 0o755); // PostgreSQL runs as another user when the test runs as root
    const exposure = `{ address: 127.0.0.1, services: all, portOffset: ${portOffset} }`;
    writeFileSync(
      this.profile,
      `name: local-test\nextends: laptop\ndescription: local mode under test\nexposure: ${exposure}\njournals: { oms: { encryption: true, snapshotRecords: 10 } }\n`,
    );
  }

  port(service: ServiceName): number {
    return catalog[service].port + this.portOffset;
  }

  address(service: ServiceName): string {
    return `http://127.0.0.1:${this.port(service)}`;
  }

  /** Runs the command; an exit code other than 0 is returned, not thrown. */
  async nautilus(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    try {
      const command = [path.join(root, 'cli', 'nautilus.js'), ...args];
      const result = await promisify(execFile)(process.execPath, command, {
        env: { ...process.env, NAUTILUS_HOME: this.home },
      });
      return { code: 0, ...result };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, stdout, stderr };
    }
  }

  up(...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return this.nautilus('local', 'up', '--detach', '--profile', this.profile, ...options);
  }

  async status(): Promise<ServiceStatus[]> {
    return JSON.parse((await this.nautilus('local', 'status', '--json')).stdout).services;
  }

  /** Stops everything and removes the data. */
  async stop(): Promise<void> {
    await this.nautilus('local', 'down');
    rmSync(this.home, { recursive: true, force: true });
  }

  send(order: object): Promise<Response> {
    return fetch(`${this.address('oms')}/api/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ account: 'main', symbol: 'AAPL', side: 'buy', type: 'market', ...order }),
    });
  }

  async orders(): Promise<Order[]> {
    return (await get<{ orders: Order[] }>(`${this.address('oms')}/api/v1/orders`)).orders;
  }

  order(id: number | string): Promise<Order> {
    return get<Order>(`${this.address('oms')}/api/v1/orders/${id}`);
  }

  filled(id: number | string): Promise<Order> {
    return eventually(`order ${id} filled`, async () => {
      const order = await this.order(id);
      return order.status === 'filled' ? order : undefined;
    });
  }

  position(): Promise<{ quantity: number; averagePrice: number }> {
    return get(`${this.address('pms')}/api/v1/positions/main/AAPL`);
  }

  /** Shares in the database's executions. */
  async storedShares(): Promise<number> {
    const password = readFileSync(path.join(this.home, 'secrets', 'postgres-password'), 'utf8').trim();
    const access = { host: '127.0.0.1', port: this.port('postgres'), user: 'nautilus', database: 'nautilus', password };
    const client = new Client(access);
    await client.connect();
    try {
      const { rows } = await client.query('SELECT coalesce(sum(quantity), 0)::int AS shares FROM trading.executions');
      return rows[0].shares;
    } finally {
      await client.end();
    }
  }
}

/** A running platform. @throws Error with what the command printed */
export async function startLocal({
  portOffset,
  order = false,
}: {
  portOffset: number;
  order?: boolean;
}): Promise<LocalRun> {
  const local = new LocalRun(portOffset);
  const { code, stderr } = await local.up(...(order ? [] : ['--no-order']));
  if (code === 0) return local;
  await local.stop();
  throw new Error(stderr);
}
