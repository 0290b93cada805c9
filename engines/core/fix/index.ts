/** FIX 4.4: messages, the session level, and connections of both sides. */
export { Acceptor } from './acceptor';
export type { Body } from './encode';
export { fieldOf, Tag, timeOf, timestampOf } from './fields';
export { type ConnectionEnd, Initiator } from './initiator';
export { Fields, FixMessage } from './message';
export { MessageStore, type SentMessage } from './message-store';
export { MsgType, messages } from './messages';
export type { Link } from './outbound';
export { FixSession, type SessionApplication, type SessionSettings } from './session';
