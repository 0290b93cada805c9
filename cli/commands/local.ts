import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { loadProfile, NautilusError, orderPath, type Profile } from '@nautilus/config';
import { LocalPlatform, livePicture, localPaths, logTail, placeDemoOrder } from '@nautilus/operations/local';
import { Exit, type Register } from '../command';
import { profileOption, wholeNumber } from '../option';
import { printJson } from '../output/json';
import { liveSummary, liveTable } from '../output/live-table';
import { LiveBlock, progressLine } from '../output/progress';
import { table } from '../output/table';

/** States in which an order trades no more. */
const finished = new Set(['filled', 'cancelled', 'rejected', 'expired']);
const firstLook = { quantity: 1000, durationSeconds: 60, slices: 6 } as const;
/** From this position on, a first look sells: it may be repeated without running into the account's position limit. */
const enough = 5 * firstLook.quantity;

/** Draws the live table until the order is done (or for ever without one). Returns the order's last state. */
async function watch(platform: LocalPlatform, profile: Profile, orderId?: number): Promise<string | undefined> {
  const symbol = firstSymbol(profile);
  const account = firstAccount(profile);
  const block = new LiveBlock();
  for (;;) {
    const picture = await livePicture(platform, { symbol, account, orderId });
    block.draw(liveTable(symbol, picture), liveSummary(symbol, picture));
    const state = picture.order?.status;
    if (state !== undefined && finished.has(state)) return state;
    await delay(250);
  }
}

const firstSymbol = (profile: Profile): string => profile.trading.instruments[0]?.symbol ?? '';
const firstAccount = (profile: Profile): string => profile.trading.accounts[0]?.name ?? '';

async function up(options: { profile: string; detach?: boolean; order: boolean }): Promise<number> {
  const profile = loadProfile(options.profile);
  const platform = new LocalPlatform(localPaths());
  const fresh = await platform.up(profile, progressLine);
  if (options.order && fresh && orderPath.every((name) => profile.services[name])) {
    const [symbol, account] = [firstSymbol(profile), firstAccount(profile)];
    const held = (await livePicture(platform, { symbol, account })).position?.quantity ?? 0;
    const order = { ...firstLook, side: held < enough ? ('buy' as const) : ('sell' as const), symbol, account };
    const orderId = await placeDemoOrder(platform.address('oms'), order);
    progressLine(
      `order ${orderId}: ${order.side} ${order.quantity} ${order.symbol} over ${order.durationSeconds} s of market time (TWAP)`,
    );
    if (!options.detach) {
      const state = await watch(platform, profile, orderId);
      if (state !== 'filled') progressLine(`the order ended ${state}`);
    }
  }
  progressLine('the platform keeps running: `nautilus local status`, `nautilus local watch`, `nautilus local down`');
  if (profile.services.oms) progressLine(`orders: ${platform.address('oms')}/api/v1/orders`);
  if (profile.services.pms) progressLine(`positions: ${platform.address('pms')}/api/v1/positions`);
  if (profile.services.frontend) progressLine(`the page: ${platform.address('frontend')}`);
  return Exit.fine;
}

async function status(options: { json?: boolean }): Promise<number> {
  const services = await new LocalPlatform(localPaths()).status();
  if (options.json) {
    printJson({ services });
  } else if (services.length === 0) {
    process.stdout.write('nothing runs here; `nautilus local up` starts the platform\n');
  } else {
    const rows = services.map(({ name, state, port, pid, memoryBytes, reason }) => [
      name,
      reason === undefined ? state : `${state}: ${reason}`,
      port,
      pid,
      memoryBytes === null ? '–' : `${(memoryBytes / 2 ** 20).toFixed(0)} MiB`,
    ]);
    process.stdout.write(`${table(rows, ['service', 'state', 'port', 'pid', 'memory'])}\n`);
  }
  return services.every(({ state }) => state === 'healthy') ? Exit.fine : Exit.failed;
}

async function logs(service: string, options: { lines: number }): Promise<number> {
  const file = localPaths().log(service);
  if (!existsSync(file)) {
    throw new NautilusError({
      code: 'NAUT_NO_LOG',
      message: `there is no log of "${service}" here`,
      fix: 'run `nautilus local status` to see the services',
    });
  }
  process.stdout.write(`${logTail(file, options.lines).join('\n')}\n`);
  return Exit.fine;
}

/** `nautilus local`: the platform as processes on this machine. */
export const registerLocal: Register = (program, action) => {
  const local = program
    .command('local')
    .description('the platform without Docker: engines as processes, an embedded PostgreSQL');
  local
    .command('up')
    .description(
      'start it, place one TWAP order of 1,000 shares on the sample day, and watch it trade; what runs already is left alone',
    )
    .addOption(profileOption())
    .option('--detach', 'return as soon as all is healthy and the order is in')
    .option('--no-order', 'start only')
    .addHelpText('after', '\nExample:\n  nautilus local up --detach && nautilus local status --json\n')
    .action(action(up));
  local
    .command('down')
    .description('stop every process; data stays')
    .action(
      action(async () => {
        const ended = await new LocalPlatform(localPaths()).down(progressLine);
        progressLine(ended === 0 ? 'nothing was running' : `${ended} processes ended`);
        return Exit.fine;
      }),
    );
  local
    .command('status')
    .description('each process: state, port, memory')
    .option('--json', 'stable JSON')
    .action(action(status));
  local
    .command('watch')
    .description('the live table: book, position, latency of each hop')
    .addOption(profileOption())
    .action(
      action(async (options: { profile: string }) => {
        await watch(new LocalPlatform(localPaths()), loadProfile(options.profile));
        return Exit.fine;
      }),
    );
  local
    .command('logs <service>')
    .description("the end of a service's log")
    .option('--lines <n>', 'how many lines', wholeNumber(1, 100_000), 50)
    .action(action(logs));
};
