export { DepthRows, LineWriter } from './depth-rows';
export { type BadLine, LobsterError, type LobsterErrorCode } from './errors';
export type { EventColumns } from './event-columns';
export { LobsterFeed } from './feed';
export { LineParser, LobsterType } from './line-parser';
export { type LoadOptions, LobsterReader, type LobsterSession, loadLobster } from './load';
export { BookMirror } from './mirror';
export type { UnseenOrder } from './order-history';
