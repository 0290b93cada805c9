/**
 * The fields of FIX 4.4 that are spoken here: tag, name and data type as volume 6 of the specification (the field dictionary) and the FIX
 * Repository give them.
 */
export type FieldType =
  | 'int'
  | 'Length'
  | 'SeqNum'
  | 'NumInGroup'
  | 'Qty'
  | 'Price'
  | 'Amt'
  | 'char'
  | 'Boolean'
  | 'String'
  | 'Currency'
  | 'Exchange'
  | 'UTCTimestamp'
  | 'data';

const field = <T extends number>(tag: T, type: FieldType) => ({ tag, type });

const fields = {
  Account: field(1, 'String'),
  AvgPx: field(6, 'Price'),
  BeginSeqNo: field(7, 'SeqNum'),
  BeginString: field(8, 'String'),
  BodyLength: field(9, 'Length'),
  CheckSum: field(10, 'String'),
  ClOrdID: field(11, 'String'),
  Commission: field(12, 'Amt'),
  CommType: field(13, 'char'),
  CumQty: field(14, 'Qty'),
  Currency: field(15, 'Currency'),
  EndSeqNo: field(16, 'SeqNum'),
  ExecID: field(17, 'String'),
  ExecInst: field(18, 'String'),
  HandlInst: field(21, 'char'),
  LastMkt: field(30, 'Exchange'),
  LastPx: field(31, 'Price'),
  LastQty: field(32, 'Qty'),
  MsgSeqNum: field(34, 'SeqNum'),
  MsgType: field(35, 'String'),
  NewSeqNo: field(36, 'SeqNum'),
  OrderID: field(37, 'String'),
  OrderQty: field(38, 'Qty'),
  OrdStatus: field(39, 'char'),
  OrdType: field(40, 'char'),
  OrigClOrdID: field(41, 'String'),
  PossDupFlag: field(43, 'Boolean'),
  Price: field(44, 'Price'),
  RefSeqNum: field(45, 'SeqNum'),
  SenderCompID: field(49, 'String'),
  SenderSubID: field(50, 'String'),
  SendingTime: field(52, 'UTCTimestamp'),
  Side: field(54, 'char'),
  Symbol: field(55, 'String'),
  TargetCompID: field(56, 'String'),
  TargetSubID: field(57, 'String'),
  Text: field(58, 'String'),
  TimeInForce: field(59, 'char'),
  TransactTime: field(60, 'UTCTimestamp'),
  ListID: field(66, 'String'),
  ListSeqNo: field(67, 'int'),
  TotNoOrders: field(68, 'int'),
  NoOrders: field(73, 'NumInGroup'),
  RawDataLength: field(95, 'Length'),
  RawData: field(96, 'data'),
  PossResend: field(97, 'Boolean'),
  EncryptMethod: field(98, 'int'),
  StopPx: field(99, 'Price'),
  CxlRejReason: field(102, 'int'),
  OrdRejReason: field(103, 'int'),
  HeartBtInt: field(108, 'int'),
  TestReqID: field(112, 'String'),
  OrigSendingTime: field(122, 'UTCTimestamp'),
  GapFillFlag: field(123, 'Boolean'),
  ResetSeqNumFlag: field(141, 'Boolean'),
  ExecType: field(150, 'char'),
  LeavesQty: field(151, 'Qty'),
  SecurityType: field(167, 'String'),
  MaxFloor: field(111, 'Qty'),
  RefTagID: field(371, 'int'),
  RefMsgType: field(372, 'String'),
  SessionRejectReason: field(373, 'int'),
  ExecRestatementReason: field(378, 'int'),
  BusinessRejectRefID: field(379, 'String'),
  BusinessRejectReason: field(380, 'int'),
  BidType: field(394, 'int'),
  CxlRejResponseTo: field(434, 'char'),
  OrderCapacity: field(528, 'char'),
  MassCancelRequestType: field(530, 'char'),
  MassCancelResponse: field(531, 'char'),
  MassCancelRejectReason: field(532, 'char'),
  TotalAffectedOrders: field(533, 'int'),
  SecondaryExecID: field(527, 'String'),
  OrdStatusReqID: field(790, 'String'),
  LastLiquidityInd: field(851, 'int'),
  /** Of FIX 5.0 SP2; FIX 4.4 cannot say what a list's orders are to each other. */
  ContingencyType: field(1385, 'int'),
  LastFragment: field(893, 'Boolean'),
  CopyMsgIndicator: field(797, 'Boolean'),
} as const;

export type FieldName = keyof typeof fields;

/** Tag of a field by its name: `Tag.ClOrdID` is 11. */
export const Tag = Object.fromEntries(Object.entries(fields).map(([name, { tag }]) => [name, tag])) as {
  readonly [Name in FieldName]: (typeof fields)[Name]['tag'];
};

const byTag = new Map<number, { readonly name: FieldName; readonly type: FieldType }>(
  Object.entries(fields).map(([name, { tag, type }]) => [tag, { name: name as FieldName, type }]),
);

export const fieldOf = (tag: number) => byTag.get(tag);

/** Length fields of FIX 4.4 and the data fields behind them, which may hold any byte. */
export const dataAfterLength: ReadonlyMap<number, number> = new Map([
  [90, 91],
  [93, 89],
  [95, 96],
  [212, 213],
  [348, 349],
  [350, 351],
  [352, 353],
  [354, 355],
  [356, 357],
  [358, 359],
  [360, 361],
  [362, 363],
  [364, 365],
  [445, 446],
  [618, 619],
  [621, 622],
]);

const timestamp = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])-([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{3,9})?$/;
const decimal = /^-?\d+(\.\d*)?$|^-?\.\d+$/;
const forms: Readonly<Record<FieldType, RegExp>> = {
  int: /^-?\d+$/,
  Length: /^\d+$/,
  SeqNum: /^\d+$/,
  NumInGroup: /^\d+$/,
  Qty: decimal,
  Price: decimal,
  Amt: decimal,
  char: /^.$/,
  Boolean: /^[YN]$/,
  String: /./,
  Currency: /^[A-Z]{3}$/,
  Exchange: /./,
  UTCTimestamp: timestamp,
  data: /[\s\S]/,
};

/** Whether a value has the form of its field's type. */
export const wellFormed = (type: FieldType, value: string): boolean => forms[type].test(value);

/** UTCTimestamp of milliseconds since 1970. */
export const timestampOf = (ms: number): string => {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 10)}-${iso.slice(11, 23)}`;
};

/** Milliseconds since 1970 of a well-formed UTCTimestamp. */
export const timeOf = (text: string): number =>
  Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T${text.slice(9, 21)}Z`);
