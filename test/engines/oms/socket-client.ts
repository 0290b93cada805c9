/** A client of the order system over its WebSocket, in this process or in one of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { type ClientOptions, WebSocket } from 'ws';

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface OrderShown {
  readonly orderId: number;
  readonly status: string;
  readonly filledQuantity: number;
}

/** What it is told without having asked. */
export type Told =
  | { readonly channel: 'orders'; readonly type: 'state'; readonly more: boolean; readonly orders: OrderShown[] }
  | { readonly channel: 'orders'; readonly type: 'change'; readonly change: OrderShown & { sequence: number } }
  | { readonly channel: 'orders'; readonly type: 'gap'; readonly missed: number }
  | {
      readonly channel: 'executions';
      readonly type: 'execution';
      readonly execution: { readonly executionId: number };
    };

export const urlOf = (port: number) => `ws://127.0.0.1:${port}/api/v1/ws`;

export class SocketClient {
  readonly told: Told[] = [];
  /** Answers to what had no id. */
  readonly unasked: Reply[] = [];
  /** Live orders as the messages so far add up. */
  readonly live = new Map<number, OrderShown>();
  readonly closed: Promise<number>;
  private readonly open = new Map<number, (reply: Reply) => void>();
  private lastId = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.take(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
  }

  static connect(url: string, options: ClientOptions = {}): Promise<SocketClient> {
    const socket = new WebSocket(url, options);
    const client = new SocketClient(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client));
      socket.once('error', reject);
    });
  }

  ask(op: string, rest: object = {}): Promise<Reply> {
    const id = ++this.lastId;
    this.socket.send(JSON.stringify({ id, op, ...rest }));
    return new Promise((resolve) => this.open.set(id, resolve));
  }

  of<Type extends Told['type']>(type: Type): Extract<Told, { type: Type }>[] {
    return this.told.filter((message): message is Extract<Told, { type: Type }> => message.type === type);
  }

  private take(message: Told | (Reply & { id?: number })): void {
    if ('channel' in message) {
      this.told.push(message);
      if (message.type === 'state') for (const order of message.orders) this.live.set(order.orderId, order);
      else if (message.type === 'change') this.change(message.change);
      return;
    }
    const resolve = this.open.get(message.id ?? 0);
    if (resolve === undefined) this.unasked.push(message);
    else resolve(message);
  }

  private change(order: OrderShown): void {
    if (['filled', 'cancelled', 'rejected', 'expired'].includes(order.status)) this.live.delete(order.orderId);
    else this.live.set(order.orderId, order);
  }
}

const program = `
const { WebSocket } = require('ws');
const socket = new WebSocket(process.argv[1]);
const requests = JSON.parse(process.argv[2]);
let answers = 0;
socket.on('open', () => { for (const request of requests) socket.send(JSON.stringify(request)); });
socket.on('message', () => { if (++answers === requests.length) process.stdout.write('done'); });
`;

/** A client in a process of its own: it asks, and says when all is answered. */
export async function clientProcess(port: number, requests: readonly object[]): Promise<ChildProcess> {
  const modules = path.join(__dirname, '..', '..', '..', 'node_modules');
  const child = spawn(process.execPath, ['-e', program, urlOf(port), JSON.stringify(requests)], {
    env: { ...process.env, NODE_PATH: modules },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('exit', () => reject(new Error('the client ended before it was answered')));
  });
  return child;
}
