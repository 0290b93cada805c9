/** One connection: its requests go the way of those over HTTP, its session ends with it. */
import { CommandKind, Rejection } from '@nautilus/core/domain';
import {
  describeIssues,
  EngineError,
  type ErrorBody,
  errorBody,
  type SocketHandler,
  type SocketPeer,
  type z,
} from '@nautilus/core/kernel';
import type { Logger } from 'pino';
import * as desk from '../api/order-desk';
import { submitList } from '../api/order-lists';
import { knownAccount } from '../api/pages';
import type { OrderSystem } from '../order-system';
import { ANY } from '../sweeps';
import { ExecutionStream } from './execution-stream';
import { OrderStream } from './order-stream';
import { SocketRequest } from './protocol';
import type { Scope } from './scope';

/** Requests of one client that wait for their answer: with more it is not read from. */
const MOST_OPEN = 256;

/** As an HTTP answer. */
interface Reply {
  readonly status: number;
  readonly body: object;
}

type Asked<Op extends SocketRequest['op']> = Extract<SocketRequest, { op: Op }>;

/** What does not change an order. */
const reads: ReadonlySet<SocketRequest['op']> = new Set(['subscribe', 'unsubscribe']);

export class SocketClient implements SocketHandler {
  orders: OrderStream | undefined;
  executions: ExecutionStream | undefined;
  /** Its number in the order system, 0 while it is not logged on, and its accounts. */
  private session = 0;
  private accounts: readonly number[] = [];
  private open = 0;

  constructor(
    private readonly system: OrderSystem,
    private readonly peer: SocketPeer,
    private readonly log: Logger,
    private readonly left: (client: SocketClient) => void,
  ) {}

  message(value: unknown): void {
    if (++this.open === MOST_OPEN) this.peer.pause();
    const id = (value as { readonly id?: unknown } | null)?.id;
    this.answer(value).then(
      (reply) => this.reply(id, reply),
      (error) => this.reply(id, this.refusal(error)),
    );
  }

  closed(): void {
    this.left(this);
    try {
      this.logOff(Rejection.sessionEnded);
    } catch (error) {
      // Without a journal no order lives on unnoticed either: its next start ends every session.
      this.log.info({ error: (error as Error).message }, 'the end of a session could not be journaled');
    }
  }

  private reply(id: unknown, { status, body }: Reply): void {
    if (this.open-- === MOST_OPEN) this.peer.resume();
    this.peer.send({ id, status, body });
  }

  private async answer(value: unknown): Promise<Reply> {
    const { success, data, error } = SocketRequest.safeParse(value);
    if (!success) return { status: 400, body: invalid(value, error) };
    if (this.mayOnlyRead && !reads.has(data.op)) throw readOnly(data.op);
    return this.take(data);
  }

  private async take(request: SocketRequest): Promise<Reply> {
    const { system, session } = this;
    switch (request.op) {
      case 'place': {
        const { created, order } = await desk.submit(system, request.order, session);
        return { status: created ? 201 : 200, body: order };
      }
      case 'placeList': {
        const { created, orders } = await submitList(system, request.list, session);
        return { status: created ? 201 : 200, body: { orders } };
      }
      case 'replace':
        return ok(await desk.replace(system, request.order, request.change, request.which));
      case 'cancel':
        return ok(await desk.cancel(system, request.order, request.which));
      case 'suspend':
      case 'resume':
        return ok(await desk.hold(system, request.order, CommandKind[request.op], request.which));
      case 'cancelAll':
        return ok(await this.cancelAll(request));
      case 'logon':
        return ok(await this.logOn(request));
      case 'logoff':
        this.logOff(Rejection.none);
        await system.settled();
        return ok({});
      case 'subscribe':
        return ok(this.subscribe(request));
      case 'unsubscribe':
        this[request.channel] = undefined;
        return ok({});
    }
  }

  private cancelAll({ scope, session }: Asked<'cancelAll'>): Promise<object> {
    if (scope !== undefined || session !== undefined)
      return desk.cancelAll(this.system, scope ?? {}, session === 'own' ? this.ownSession() : ANY);
    throw new EngineError({
      code: 'NAUT_REQUEST_INVALID',
      message: 'cancelAll names nothing',
      allowed: 'a scope, or session: own',
      fix: 'name what is cancelled, or { "scope": { "all": "true" } }',
    });
  }

  private async logOn({ accounts, cancelOnDisconnect, heartbeatMs }: Asked<'logon'>): Promise<object> {
    const { system } = this;
    if (this.session !== 0) {
      throw new EngineError({
        status: 409,
        code: 'NAUT_ORDER_SESSION_OPEN',
        message: `this connection has session ${this.session} already`,
        value: this.session,
        fix: 'log off first, or open another connection',
      });
    }
    const numbers = [...new Set(accounts.map((name) => knownAccount(system.directory, name)))];
    const session = system.state.sessions.nextOwn;
    for (const account of numbers)
      system.watch.logOn({ account, session, heartbeatMs: 0, cancelOnDisconnect: cancelOnDisconnect ? 1 : 0 });
    this.session = session;
    this.accounts = numbers;
    if (heartbeatMs !== undefined) this.peer.heartbeatMs = heartbeatMs;
    await system.settled();
    return { session };
  }

  /** Its day orders are cancelled when it asked for that. */
  private logOff(reason: number): void {
    const { session, accounts } = this;
    if (session === 0) return;
    for (const account of accounts) this.system.watch.logOff(account, session, reason);
    this.session = 0;
    this.accounts = [];
  }

  private subscribe(request: Asked<'subscribe'>): object {
    const { system, peer } = this;
    const scope: Scope = {
      account: request.account === undefined ? ANY : knownAccount(system.directory, request.account),
      session: request.session === 'own' ? this.ownSession() : ANY,
    };
    if (request.channel === 'orders') {
      this.orders = new OrderStream(system, peer, scope);
      return { sequence: system.state.signals.updates };
    }
    const after = request.after ?? system.state.executions.count;
    this.executions = new ExecutionStream(system, peer, scope, after);
    return { after };
  }

  private ownSession(): number {
    if (this.session !== 0) return this.session;
    throw new EngineError({
      status: 409,
      code: 'NAUT_ORDER_SESSION_NONE',
      message: 'this connection is not logged on',
      fix: 'log on first',
    });
  }

  /** What the gateway says of who may look and not trade. */
  private get mayOnlyRead(): boolean {
    return this.peer.header('x-nautilus-access') === 'read';
  }

  private refusal(error: unknown): Reply {
    if (error instanceof EngineError) return { status: error.status, body: errorBody(error) };
    this.log.error({ err: error }, 'a request over a WebSocket failed');
    return {
      status: 500,
      body: {
        code: 'NAUT_INTERNAL',
        message: 'it failed inside the engine',
        fix: 'the log of the engine has the error',
      },
    };
  }
}

const ok = (body: object): Reply => ({ status: 200, body });

function invalid(value: unknown, error: z.ZodError): ErrorBody {
  const issues = describeIssues(value, error);
  const [first] = issues;
  return {
    code: 'NAUT_REQUEST_INVALID',
    message: `${first?.path || 'the message'}: ${first?.message}`,
    value: first?.value,
    allowed: first?.allowed,
    fix: 'see docs/websocket.md for what may be asked',
    details: { issues },
  };
}

const readOnly = (op: string) =>
  new EngineError({
    status: 403,
    code: 'NAUT_ORDER_READ_ONLY',
    message: `this user may not ${op}`,
    value: op,
    allowed: [...reads],
    fix: 'connect as the user trader',
  });
