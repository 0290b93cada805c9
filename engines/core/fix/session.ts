import { type Body, encodeBody } from './encode';
import { Tag, timestampOf } from './fields';
import { BEGIN_STRING } from './frame';
import { type FixMessage, RejectReason } from './message';
import type { MessageStore } from './message-store';
import { isAdmin, MsgType, messages } from './messages';
import { type Link, Outbound } from './outbound';

export interface SessionSettings {
  readonly senderCompId: string;
  readonly targetCompId: string;
  /** Whether this side connects and logs on first. */
  readonly initiator: boolean;
  /** Of an initiator; an acceptor takes what it is told. */
  readonly heartbeatSeconds: number;
}

/** Who speaks over a session. */
export interface SessionApplication {
  /** The counterparty is there; messages that it missed are on their way to it. */
  loggedOn(): void;
  /** Of an initiator: everything that it had missed has come. */
  caughtUp?(): void;
  /** `reason` says why the session ended. */
  loggedOff(reason: string): void;
  /** A sound application message, in the order of the numbers; with PossDupFlag it may have come before a restart. */
  message(message: FixMessage): void;
  /** What happened to the session, and messages that no program can act on. */
  log(what: string, details: object): void;
}

type State = 'disconnected' | 'awaitingLogon' | 'active' | 'loggingOut';

/** A counterparty that lets so many bytes wait is disconnected; it asks for them again when it is back. */
const MOST_BACKLOG = 4 << 20;
/** SendingTime may differ so much from the clock here (FIX 4.4, volume 2). */
const CLOCK_TOLERANCE_MS = 120_000;
const LOGON_WITHIN_MS = 10_000;
const LOGOUT_WITHIN_MS = 2_000;
/** A heartbeat may be late by this part of its interval ("some reasonable amount of transmission time"). */
const GRACE = 1.2;
/** Asked at a Logon, and answered once nothing is missing. */
const CATCH_UP = 'caught up';
/** BusinessRejectReason: unsupported message type. */
const UNSUPPORTED = 3;

/**
 * The session level of FIX 4.4 (volume 2): numbers, heartbeats, recovery of what was missed. It knows no socket and no timer: messages that
 * came, the passing of time and the ends of connections go in, what is to be written goes to the link.
 */
export class FixSession {
  private readonly outbound: Outbound;
  private state: State = 'disconnected';
  /** The largest number that came too early; 0 while none is missing. */
  private gapTo = 0;
  private gapAskedAt = 0;
  private heartbeatMs: number;
  private lastReceivedAt = 0;
  private testedAt = 0;
  private changedAt = 0;
  /** Of an initiator: until the counterparty has answered what was asked at the Logon. */
  private catchingUp = false;
  /** Why the link is closed as soon as all is written. */
  private ending: string | undefined;

  constructor(
    readonly settings: SessionSettings,
    readonly store: MessageStore,
    private readonly application: SessionApplication,
    private readonly now: () => number = Date.now,
  ) {
    this.heartbeatMs = settings.heartbeatSeconds * 1000;
    this.outbound = new Outbound(store, settings.senderCompId, settings.targetCompId, now);
    store.onDurable(() => this.flush());
  }

  get loggedOn(): boolean {
    return this.state === 'active';
  }

  get connected(): boolean {
    return this.outbound.link !== undefined;
  }

  /** A connection is there; an initiator logs on. */
  connect(link: Link): void {
    this.outbound.attach(link);
    this.enter('awaitingLogon');
    this.lastReceivedAt = this.now();
    if (this.settings.initiator) this.sendLogon(false);
  }

  /** A connection is gone; of no effect when it is not this session's. */
  disconnected(reason: string, link: Link): void {
    if (this.outbound.link !== link) return;
    const wasOn = this.state === 'active' || this.state === 'loggingOut';
    this.outbound.detach();
    this.gapTo = this.testedAt = 0;
    this.catchingUp = false;
    this.ending = undefined;
    this.enter('disconnected');
    this.application.log('disconnected', { reason });
    if (wasOn) this.application.loggedOff(reason);
  }

  /** Sends an application message, now or when the counterparty is back. @throws JournalError when the store's disk refuses */
  send(type: string, body: Body, mark = 0): void {
    this.outbound.send(type, encodeBody(body), mark);
  }

  /** Answers with BusinessMessageReject; `reason` is BusinessRejectReason. */
  refuse(message: FixMessage, reason: number, text: string, reference?: string): void {
    this.send(MsgType.BusinessMessageReject, [
      [Tag.RefSeqNum, message.sequence],
      [Tag.RefMsgType, message.type],
      [Tag.BusinessRejectRefID, reference],
      [Tag.BusinessRejectReason, reason],
      [Tag.Text, text],
    ]);
  }

  /** Ends the session in good order. */
  logout(text: string): void {
    if (this.state === 'active') {
      this.administer(MsgType.Logout, [[Tag.Text, text]]);
      this.enter('loggingOut');
    } else this.drop(text);
  }

  /** Ends the connection because of an error here; what was sent stays in the store. */
  fail(error: Error): void {
    this.drop(error.message);
  }

  /** Lets time pass: heartbeats, test requests and the end of patience. To be called several times a second. */
  tick(): void {
    if (!this.connected) return;
    const now = this.now();
    const age = now - this.changedAt;
    if (this.state === 'awaitingLogon' && age > LOGON_WITHIN_MS) this.drop('no Logon came');
    else if (this.state === 'loggingOut' && age > LOGOUT_WITHIN_MS) this.drop('the Logout was not answered');
    else if (this.state === 'active' && this.heartbeatMs > 0) this.keepAlive(now);
    this.flush();
  }

  /** Handles a message whose frame is right. */
  receive(message: FixMessage): void {
    if (!this.connected || this.ending !== undefined) return;
    this.lastReceivedAt = this.now();
    this.testedAt = 0;
    const { type, sequence } = message;
    if (this.state === 'awaitingLogon' && type !== MsgType.Logon)
      this.drop(type === MsgType.Logout ? loggedOutBy(message) : 'the first message is no Logon');
    else if (!(sequence > 0)) this.endWith('MsgSeqNum is missing');
    else if (this.headerIsSound(message)) this.order(message);
    this.flush();
  }

  private headerIsSound(message: FixMessage): boolean {
    const { senderCompId, targetCompId } = this.settings;
    const difference = Math.abs(message.sendingTime - this.now());
    if (message.text(Tag.BeginString) !== BEGIN_STRING)
      this.endWith(`BeginString is ${message.text(Tag.BeginString)}, spoken is ${BEGIN_STRING}`);
    else if (message.text(Tag.SenderCompID) !== targetCompId || message.text(Tag.TargetCompID) !== senderCompId)
      this.rejectAndEnd(
        message,
        RejectReason.compIdProblem,
        Tag.SenderCompID,
        'these are not the CompIDs of this session',
      );
    else if (!message.flag(Tag.PossDupFlag) && difference > CLOCK_TOLERANCE_MS) {
      const why = `SendingTime is ${Math.round(difference / 1000)} s from the time here`;
      this.rejectAndEnd(message, RejectReason.sendingTimeAccuracy, Tag.SendingTime, why);
    } else return true;
    return false;
  }

  /** By its number: in turn, early or late; a reset has no turn. */
  private order(message: FixMessage): void {
    const { type, sequence } = message;
    if (type === MsgType.SequenceReset && !message.flag(Tag.GapFillFlag)) this.resetTo(message);
    else if (type !== MsgType.Logon || !message.flag(Tag.ResetSeqNumFlag) || this.beginAnew(sequence)) {
      const { nextIn } = this.store;
      if (sequence > nextIn) this.early(message);
      else if (sequence < nextIn) this.late(message);
      else this.inTurn(message);
    }
  }

  private inTurn(message: FixMessage): void {
    const { type } = message;
    const problem = message.problem();
    this.expect(this.store.nextIn + 1);
    if (problem !== undefined) {
      this.reject(message, problem.reason, problem.tag, problem.text);
      if (type === MsgType.Logon) this.endWith(problem.text);
    } else if (type === MsgType.Logon) this.logon(message);
    else if (type === MsgType.SequenceReset) this.fillGap(message);
    else if (type === MsgType.TestRequest)
      this.administer(MsgType.Heartbeat, [[Tag.TestReqID, message.get(Tag.TestReqID)]]);
    else if (type === MsgType.ResendRequest) this.resend(message);
    else if (type === MsgType.Logout) this.loggedOut(message);
    else if (type === MsgType.Reject) this.application.log('a message was rejected', { message: message.toString() });
    else if (type === MsgType.Heartbeat && message.get(Tag.TestReqID) === CATCH_UP) this.caughtUp();
    else if (isAdmin(type)) return;
    else if (messages.has(type)) this.application.message(message);
    else if (/^[0-9A-Za-z]{1,2}$/.test(type)) this.refuse(message, UNSUPPORTED, `${type} is not supported`);
    else this.reject(message, RejectReason.invalidMsgType, Tag.MsgType, `${type} is no message type`);
  }

  /** A number past the expected one: what is between was missed. */
  private early(message: FixMessage): void {
    const { type, sequence } = message;
    if (type === MsgType.Logon) this.logon(message);
    // Answered at once: two sides that miss something must not wait for each other.
    else if (type === MsgType.ResendRequest && message.problem() === undefined) this.resend(message);
    else if (type === MsgType.Logout) this.loggedOut(message);
    if (this.state === 'active' && this.ending === undefined) this.askAgain(sequence);
  }

  private askAgain(sequence: number): void {
    const { nextIn } = this.store;
    const patience = Math.max(this.heartbeatMs, 1000);
    if (this.gapTo === 0 || this.now() - this.gapAskedAt > patience) {
      this.gapAskedAt = this.now();
      this.application.log('messages are missing', { expected: nextIn, received: sequence });
      this.administer(MsgType.ResendRequest, [
        [Tag.BeginSeqNo, nextIn],
        [Tag.EndSeqNo, 0],
      ]);
    }
    this.gapTo = Math.max(this.gapTo, sequence);
  }

  /** A number that was there before: right only for what is sent again. */
  private late(message: FixMessage): void {
    if (!message.flag(Tag.PossDupFlag))
      this.endWith(`MsgSeqNum too low, expecting ${this.store.nextIn} but received ${message.sequence}`);
    else if (this.state === 'awaitingLogon') this.endWith('a Logon cannot come again');
    else if (message.get(Tag.OrigSendingTime) === undefined)
      this.reject(message, RejectReason.requiredTagMissing, Tag.OrigSendingTime, 'PossDupFlag needs OrigSendingTime');
  }

  private logon(message: FixMessage): void {
    const interval = message.number(Tag.HeartBtInt);
    if (this.state !== 'awaitingLogon') this.endWith('this session is logged on already');
    else if (message.text(Tag.EncryptMethod) !== '0') this.endWith('EncryptMethod must be 0');
    else if (!(interval >= 0)) this.endWith('HeartBtInt must be 0 or more seconds');
    else {
      if (!this.settings.initiator) {
        this.heartbeatMs = interval * 1000;
        this.sendLogon(message.flag(Tag.ResetSeqNumFlag));
      }
      this.outbound.open = true;
      this.enter('active');
      const { nextIn, nextOut } = this.store;
      this.application.log('logged on', { heartbeatSeconds: interval, nextIn, nextOut });
      this.application.loggedOn();
      if (this.settings.initiator) this.askCatchUp();
    }
  }

  /** The answer has its turn: after all that is sent again. Question and answer are not: whenever one may have been passed over, it is asked anew. */
  private askCatchUp(): void {
    this.catchingUp = true;
    this.administer(MsgType.TestRequest, [[Tag.TestReqID, CATCH_UP]]);
  }

  private caughtUp(): void {
    if (!this.catchingUp) return;
    this.catchingUp = false;
    this.application.caughtUp?.();
  }

  /** ResetSeqNumFlag: the counterparty begins at 1, and so does this side. False when that cannot be. */
  private beginAnew(sequence: number): boolean {
    if (sequence === 1 && this.state === 'awaitingLogon' && !this.settings.initiator) {
      this.store.reset(this.now());
      return true;
    }
    this.endWith(sequence === 1 ? 'nobody asked for a reset of the numbers' : 'ResetSeqNumFlag needs MsgSeqNum 1');
    return false;
  }

  private loggedOut(message: FixMessage): void {
    if (this.state === 'loggingOut') this.drop('logged out');
    else {
      this.administer(MsgType.Logout, []);
      this.ending = loggedOutBy(message);
    }
  }

  private fillGap(message: FixMessage): void {
    const next = message.number(Tag.NewSeqNo);
    if (next > message.sequence) this.expect(next);
    else this.reject(message, RejectReason.valueIncorrect, Tag.NewSeqNo, `NewSeqNo ${next} is not past this message`);
  }

  /** SequenceReset without gap fill: for disasters; what lies between is given up. */
  private resetTo(message: FixMessage): void {
    const { nextIn } = this.store;
    const next = message.number(Tag.NewSeqNo);
    const problem = message.problem();
    if (problem !== undefined) this.reject(message, problem.reason, problem.tag, problem.text);
    else if (next < nextIn)
      this.reject(
        message,
        RejectReason.valueIncorrect,
        Tag.NewSeqNo,
        `NewSeqNo ${next} is below the expected ${nextIn}`,
      );
    else {
      this.application.log('the counterparty gave up messages', { expected: nextIn, next });
      this.expect(next);
    }
  }

  private expect(nextIn: number): void {
    this.store.nextIn = nextIn;
    if (this.gapTo === 0 || nextIn <= this.gapTo) return;
    this.gapTo = 0;
    if (this.catchingUp) this.askCatchUp();
  }

  private resend(message: FixMessage): void {
    const begin = message.number(Tag.BeginSeqNo);
    const end = message.number(Tag.EndSeqNo);
    if (begin > 0 && (end === 0 || end >= begin)) {
      this.outbound.resend(begin, end);
      if (this.catchingUp) this.askCatchUp();
    } else this.reject(message, RejectReason.valueIncorrect, Tag.BeginSeqNo, `${begin} to ${end} is no range`);
  }

  private sendLogon(reset: boolean): void {
    this.administer(MsgType.Logon, [
      [Tag.EncryptMethod, 0],
      [Tag.HeartBtInt, this.heartbeatMs / 1000],
      [Tag.ResetSeqNumFlag, reset ? 'Y' : undefined],
    ]);
  }

  private reject(message: FixMessage, reason: number, tag: number, text: string): void {
    this.application.log('rejected a message', { text, message: message.toString() });
    this.administer(MsgType.Reject, [
      [Tag.RefSeqNum, message.sequence],
      [Tag.RefTagID, tag > 0 ? tag : undefined],
      [Tag.RefMsgType, message.get(Tag.MsgType)],
      [Tag.SessionRejectReason, reason],
      [Tag.Text, text],
    ]);
  }

  private rejectAndEnd(message: FixMessage, reason: number, tag: number, text: string): void {
    if (this.state === 'active') this.reject(message, reason, tag, text);
    this.endWith(text);
  }

  /** The two sides do not agree on something that cannot be repaired by itself: Logout with the reason, and the end. */
  private endWith(text: string): void {
    this.administer(MsgType.Logout, [[Tag.Text, text]]);
    this.ending = text;
  }

  private keepAlive(now: number): void {
    const { heartbeatMs, testedAt } = this;
    if (testedAt > 0 && now - testedAt > heartbeatMs * GRACE) this.drop('a TestRequest was not answered');
    else if (testedAt === 0 && now - this.lastReceivedAt > heartbeatMs * GRACE) {
      this.testedAt = now;
      this.administer(MsgType.TestRequest, [[Tag.TestReqID, timestampOf(now)]]);
    } else if (now - this.outbound.lastSentAt >= heartbeatMs) this.administer(MsgType.Heartbeat, []);
  }

  private administer(type: string, body: Body): void {
    this.outbound.send(type, encodeBody(body));
  }

  private flush(): void {
    const backlog = this.outbound.flush();
    if (backlog > MOST_BACKLOG) this.drop(`${backlog} bytes wait for a counterparty that does not read`);
    else if (this.ending !== undefined && this.outbound.idle) this.drop(this.ending);
  }

  private drop(reason: string): void {
    const { link } = this.outbound;
    if (link === undefined) return;
    this.disconnected(reason, link);
    link.close(reason);
  }

  private enter(state: State): void {
    this.state = state;
    this.changedAt = this.now();
  }
}

const loggedOutBy = (logout: FixMessage): string =>
  `the counterparty logged out: ${logout.get(Tag.Text) ?? 'no reason given'}`;
