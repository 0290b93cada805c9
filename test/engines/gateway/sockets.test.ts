import { loadProfile } from '@nautilus/config';
import { Platform } from '../oms/platform';
import { SocketClient } from '../oms/socket-client';
import { missing, passwords, RunningGateway } from './gateway';

const here = missing ? describe.skip : describe;

here('the WebSocket of the order system through the gateway', () => {
  let platform: Platform;
  let gateway: RunningGateway;
  const connect = (user?: keyof typeof passwords, headers: Record<string, string> = {}) =>
    SocketClient.connect(`wss://127.0.0.1:${gateway.ports.tls}/api/v1/ws`, {
      rejectUnauthorized: false,
      headers: {
        ...headers,
        ...(user && { authorization: `Basic ${Buffer.from(`${user}:${passwords[user]}`).toString('base64')}` }),
      },
    });
  const order = { account: 'main', symbol: 'AAPL', side: 'buy', quantity: 10, type: 'limit', limitPrice: 585.9 };

  beforeAll(async () => {
    platform = new Platform();
    const { configuration } = await platform.start();
    gateway = await RunningGateway.start(loadProfile('ci'), () => `127.0.0.1:${configuration.port}`);
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    await platform.remove();
  });

  test('a trader trades and is told; whoever has no password, or comes from elsewhere, does not get in', async () => {
    const client = await connect('trader', { 'x-nautilus-access': 'read' });
    await client.ask('subscribe', { channel: 'orders' });
    const { status, body } = await client.ask('place', { order: { ...order, clientOrderId: 'first' } });
    expect({ status, body }).toMatchObject({ status: 201, body: { status: 'pendingNew' } });
    await platform.around.until('it is told', () => client.live.has(body.orderId as number));
    client.socket.close();
    await expect(connect()).rejects.toThrow('401');
    await expect(connect('trader', { origin: 'https://evil.example' })).rejects.toThrow('403');
  });

  test('a viewer is told and enters nothing, whatever it says of itself', async () => {
    const client = await connect('viewer', { 'x-nautilus-access': 'trade', 'x-nautilus-user': 'trader' });
    await client.ask('subscribe', { channel: 'orders' });
    await platform.around.until('the state is told', () => client.live.size === 1);
    const refused = await client.ask('place', { order: { ...order, clientOrderId: 'second' } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'NAUT_ORDER_READ_ONLY' } });
    client.socket.close();
  });
});
