import { spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../support/free-port';
import { scratchDirectory } from '../engine-process';
import { Database } from './database';
import { expectDatabaseIsJournal } from './database-and-journal';
import { ExecutionDesk } from './execution-desk';
import { Platform } from './platform';
import type { Command } from './surroundings';

const SOAK = Number(process.env.NAUTILUS_SOAK ?? 1);
/** NAUTILUS_SOAK=250: a million. */
const ORDERS = 4000 * SOAK;

jest.setTimeout(180_000 * Math.min(10, SOAK));

/** Orders that are traded before the next ones are entered. */
const CHUNK = 2000;
const SHARES = 6;

/** Trades and never waits for the database. */
class Flow {
  next = 1;
  private told = 0;
  private counted = 0;
  private readonly desk: ExecutionDesk;

  constructor(private readonly platform: Platform) {
    this.desk = new ExecutionDesk(platform.around);
    this.desk.restart();
  }

  /** Enters orders, cancels some, fills the rest. */
  async trade(orders: number): Promise<void> {
    const { around } = this.platform;
    for (; orders > CHUNK; orders -= CHUNK) await this.trade(CHUNK);
    // Limits grow old.
    around.allow({});
    const until = this.next + orders;
    await around.until(
      'they are traded',
      () => {
        for (let turn = 0; turn < 200 && this.next < until; turn++)
          if (around.enter({ clientOrderId: this.next, quantity: SHARES })) this.next++;
        this.desk.trade(200);
        while (this.counted < around.executions.length) this.told += around.executions[this.counted++]!.quantity;
        return this.next === until && this.told === (until - 1) * SHARES;
      },
      this.desk.obey,
    );
  }

  readonly obey = (command: Command): void => this.desk.obey(command);
}

const lag = async (platform: Platform): Promise<number> => {
  const { body } = await platform.oms.get('/metrics');
  return Number(/^nautilus_write_behind_lag_records\{.*\} (\S+)$/m.exec(String(body))?.[1]);
};

async function expectAllThere(platform: Platform, database: Database, flow: Flow): Promise<void> {
  // However much there is, it becomes less all the time.
  for (let left = Number.POSITIVE_INFINITY; left > 0; ) {
    const before = left;
    await platform.around.until(
      `the database has more than all but ${before}`,
      async () => (left = await lag(platform)) === 0 || left < before,
      flow.obey,
    );
  }
  await platform.stop();
  const { orders } = await expectDatabaseIsJournal(database, platform.dataDirectory);
  expect(orders).toBe(flow.next - 1);
  expect(await database.rows('SELECT * FROM trading.gaps')).toEqual([]);
}

/** Between an order system and its database: each connection is torn after so many bytes, wherever that is. */
class Shears {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Bytes after which the next connections are torn; they are whole when there are none left. */
  readonly cuts: number[] = [];
  torn = 0;

  constructor(port: number, to: number) {
    this.server = createServer((socket) => {
      const database = connect(to, '127.0.0.1');
      const cut = this.cuts.shift();
      let bytes = 0;
      for (const one of [socket, database]) {
        this.sockets.add(one);
        one.on('error', () => undefined);
        one.on('close', () => {
          socket.destroy();
          database.destroy();
        });
      }
      database.pipe(socket);
      socket.on('data', (data: Buffer) => {
        bytes += data.length;
        if (cut === undefined || bytes < cut) database.write(data);
        else {
          // What was before the cut has arrived.
          database.write(data.subarray(0, Math.max(0, data.length - (bytes - cut))), () => socket.destroy());
          this.torn++;
        }
      });
    }).listen(port, '127.0.0.1');
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

describe('write-behind under faults', () => {
  let database: Database;
  let platform: Platform | undefined;
  beforeEach(async () => {
    database = await Database.create();
    await database.start();
  });
  afterEach(async () => {
    await platform?.remove();
    await database.remove();
  });

  test('connections that break in the middle of COPY: each row is there once', async () => {
    const port = await freePort();
    const shears = new Shears(port, database.port);
    // From the handshake on, through migrations, into rows and between the last of them and the commit.
    for (let cut = 100; cut < 1_000_000; cut = Math.ceil(cut * 1.7)) shears.cuts.push(cut);
    const cuts = shears.cuts.length;
    platform = new Platform({ postgres: { ...database.access, port } });
    try {
      await platform.start();
      const flow = new Flow(platform);
      await flow.trade(3000);
      await platform.around.until('all connections were torn', () => shears.torn > cuts / 2, flow.obey);
      await flow.trade(1000);
      await expectAllThere(platform, database, flow);
      expect(shears.torn).toBeGreaterThan(cuts / 2);
    } finally {
      shears.close();
    }
  });

  test('the database and the order system die at once, again and again', async () => {
    platform = new Platform({ postgres: database.access });
    await platform.start();
    const flow = new Flow(platform);
    for (let round = 0; round < 4; round++) {
      await flow.trade(ORDERS / 8);
      if (round % 2 === 0) await Promise.all([platform.kill(), database.stop()]);
      else await database.stop();
      if (round % 2 === 0) await platform.start();
      await flow.trade(ORDERS / 8);
      await database.start();
    }
    await expectAllThere(platform, database, flow);
  });

  const disk = scratchDirectory('small-tablespace');
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk.path]).status === 0;
  if (!mounted) process.stdout.write('a full disk of the database is not tested: mounting a tmpfs needs root\n');
  afterAll(() => {
    if (mounted) spawnSync('umount', [disk.path]);
    disk.remove();
  });

  (mounted ? test : test.skip)(
    'the disk of the database is full: trading goes on, and all is there when it has room again',
    async () => {
      const { uid, gid } = database.owner;
      chownSync(disk.path, uid, gid);
      const client = await database.connect();
      await client.query(`CREATE TABLESPACE small LOCATION '${disk.path}'`);
      await client.query('ALTER DATABASE nautilus SET default_tablespace = small');
      await client.end();
      platform = new Platform({ postgres: database.access });
      await platform.start();
      const flow = new Flow(platform);
      const refused = () => platform!.oms.log.find(({ error }) => /No space left|could not extend/.test(String(error)));
      while (refused() === undefined && flow.next < 60_000) await flow.trade(2000);
      expect(refused()).toMatchObject({ sink: 'postgres', msg: 'write-behind waits' });
      await flow.trade(1000);
      expect((await platform.oms.get('/ready')).status).toBe(200);
      expect(await lag(platform)).toBeGreaterThan(1000);
      expect(spawnSync('mount', ['-o', 'remount,size=256m', disk.path]).status).toBe(0);
      await expectAllThere(platform, database, flow);
    },
  );
});
