/** The messages of FIX 4.4 that are spoken here, as one table: parsing, validation and docs/fix.md are made from it. */
import { type FieldName, Tag } from './fields';

export const MsgType = {
  Heartbeat: '0',
  TestRequest: '1',
  ResendRequest: '2',
  Reject: '3',
  SequenceReset: '4',
  Logout: '5',
  ExecutionReport: '8',
  OrderCancelReject: '9',
  Logon: 'A',
  NewOrderSingle: 'D',
  NewOrderList: 'E',
  OrderCancelRequest: 'F',
  OrderCancelReplaceRequest: 'G',
  OrderStatusRequest: 'H',
  BusinessMessageReject: 'j',
  OrderMassCancelRequest: 'q',
  OrderMassCancelReport: 'r',
} as const;

export type MessageName = keyof typeof MsgType;

export interface MessageDefinition {
  readonly name: MessageName;
  readonly type: string;
  readonly required: readonly FieldName[];
  readonly optional: readonly FieldName[];
  /** Taken and of no effect. A field that stands nowhere here is refused: an instruction is never dropped silently. */
  readonly ignored: readonly FieldName[];
  /** The fields of one entry of a repeating group, by the field that counts the entries; the first begins each entry. */
  readonly groups: Readonly<Partial<Record<FieldName, readonly FieldName[]>>>;
}

const define = (
  name: MessageName,
  definition: Partial<Omit<MessageDefinition, 'name' | 'type'>> = {},
): MessageDefinition => ({
  name,
  type: MsgType[name],
  required: [],
  optional: [],
  ignored: [],
  groups: {},
  ...definition,
});

const harmless = ['HandlInst', 'SecurityType', 'OrderCapacity'] as const;
const terms = ['ClOrdID', 'Symbol', 'Side', 'OrderQty', 'OrdType'] as const;
const choices = ['Account', 'Price', 'StopPx', 'TimeInForce', 'ExecInst', 'MaxFloor', 'Text'] as const;

const definitions: readonly MessageDefinition[] = [
  define('Heartbeat', { optional: ['TestReqID'] }),
  define('TestRequest', { required: ['TestReqID'] }),
  define('ResendRequest', { required: ['BeginSeqNo', 'EndSeqNo'] }),
  define('Reject', { required: ['RefSeqNum'], optional: ['RefTagID', 'RefMsgType', 'SessionRejectReason', 'Text'] }),
  define('SequenceReset', { required: ['NewSeqNo'], optional: ['GapFillFlag'] }),
  define('Logout', { optional: ['Text'] }),
  define('Logon', {
    required: ['EncryptMethod', 'HeartBtInt'],
    optional: ['ResetSeqNumFlag'],
    ignored: ['RawDataLength', 'RawData', 'Text'],
  }),
  define('NewOrderSingle', {
    required: [...terms, 'TransactTime'],
    optional: choices,
    ignored: harmless,
  }),
  define('NewOrderList', {
    required: ['ListID', 'BidType', 'TotNoOrders', 'NoOrders'],
    optional: ['ContingencyType'],
    ignored: ['LastFragment'],
    groups: {
      NoOrders: [
        'ClOrdID',
        'ListSeqNo',
        ...terms.filter((name) => name !== 'ClOrdID'),
        ...choices,
        'TransactTime',
        ...harmless,
      ],
    },
  }),
  define('OrderCancelRequest', {
    required: ['OrigClOrdID', 'ClOrdID', 'Symbol', 'Side', 'TransactTime'],
    optional: ['OrderID', 'Account'],
    ignored: ['OrderQty', 'Text', ...harmless],
  }),
  define('OrderCancelReplaceRequest', {
    required: ['OrigClOrdID', ...terms, 'TransactTime'],
    optional: ['OrderID', ...choices],
    ignored: harmless,
  }),
  define('OrderStatusRequest', {
    required: ['ClOrdID', 'Symbol', 'Side'],
    optional: ['OrderID', 'OrdStatusReqID', 'Account'],
  }),
  define('OrderMassCancelRequest', {
    required: ['ClOrdID', 'MassCancelRequestType', 'TransactTime'],
    optional: ['Account', 'Symbol', 'Side'],
    ignored: ['Text', ...harmless],
  }),
  define('OrderMassCancelReport', {
    required: ['OrderID', 'MassCancelRequestType', 'MassCancelResponse'],
    optional: [
      'ClOrdID',
      'MassCancelRejectReason',
      'TotalAffectedOrders',
      'Symbol',
      'Side',
      'Account',
      'Text',
      'TransactTime',
    ],
  }),
  define('ExecutionReport', {
    required: ['OrderID', 'ExecID', 'ExecType', 'OrdStatus', 'Symbol', 'Side', 'LeavesQty', 'CumQty', 'AvgPx'],
    optional: [
      'ClOrdID',
      'OrigClOrdID',
      'Account',
      'OrderQty',
      'OrdType',
      'Price',
      'StopPx',
      'TimeInForce',
      'ExecInst',
      'MaxFloor',
      'LastQty',
      'LastPx',
      'LastMkt',
      'LastLiquidityInd',
      'Commission',
      'CommType',
      'OrdRejReason',
      'ExecRestatementReason',
      'ListID',
      'OrdStatusReqID',
      'SecondaryExecID',
      'CopyMsgIndicator',
      'Text',
      'TransactTime',
      'Currency',
    ],
  }),
  define('OrderCancelReject', {
    required: ['OrderID', 'ClOrdID', 'OrigClOrdID', 'OrdStatus', 'CxlRejResponseTo'],
    optional: ['CxlRejReason', 'Account', 'TransactTime', 'Text'],
  }),
  define('BusinessMessageReject', {
    required: ['RefMsgType', 'BusinessRejectReason'],
    optional: ['RefSeqNum', 'BusinessRejectRefID', 'Text'],
  }),
];

/** The fields of every message's header and trailer. */
export const header = {
  required: ['BeginString', 'BodyLength', 'MsgType', 'SenderCompID', 'TargetCompID', 'MsgSeqNum', 'SendingTime'],
  optional: ['PossDupFlag', 'PossResend', 'OrigSendingTime', 'SenderSubID', 'TargetSubID', 'CheckSum'],
} as const satisfies Record<string, readonly FieldName[]>;

const adminTypes = '012345A';

/** Whether a message is the session's own: such a one is never sent again, a gap is filled in its place. */
export const isAdmin = (type: string): boolean => type.length === 1 && adminTypes.includes(type);

interface CompiledMessage extends MessageDefinition {
  readonly requiredTags: readonly number[];
  readonly knownTags: ReadonlySet<number>;
  /** Tags of one entry by the tag that counts the entries. */
  readonly groupTags: ReadonlyMap<number, readonly number[]>;
}

const tagsOf = (names: readonly FieldName[]): number[] => names.map((name) => Tag[name]);

const compile = (definition: MessageDefinition): CompiledMessage => ({
  ...definition,
  requiredTags: tagsOf([...header.required, ...definition.required]),
  knownTags: new Set(
    tagsOf([
      ...header.required,
      ...header.optional,
      ...definition.required,
      ...definition.optional,
      ...definition.ignored,
    ]),
  ),
  groupTags: new Map(
    Object.entries(definition.groups).map(([counter, entry]) => [Tag[counter as FieldName], tagsOf(entry)]),
  ),
});

export const messages: ReadonlyMap<string, CompiledMessage> = new Map(
  definitions.map((definition) => [definition.type, compile(definition)]),
);
