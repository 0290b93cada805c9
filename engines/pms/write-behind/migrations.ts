import type { Migration } from '@nautilus/core/persistence';

/** The tables of the books. Amounts are in units of the currency. Nothing of them expires: books are kept. */
export const migrations: readonly Migration[] = [
  {
    id: '001-positions-ledger-breaks',
    sql: `
CREATE TABLE trading.positions (
  journal text NOT NULL,
  account text NOT NULL,
  strategy integer NOT NULL,
  instrument integer NOT NULL,
  symbol text NOT NULL,
  currency text NOT NULL,
  quantity bigint NOT NULL,
  unsettled bigint NOT NULL,
  average_cost numeric(20, 4) NOT NULL,
  average_realised numeric(20, 4) NOT NULL,
  fifo_cost numeric(20, 4) NOT NULL,
  fifo_realised numeric(20, 4) NOT NULL,
  fees numeric(20, 4) NOT NULL,
  income numeric(20, 4) NOT NULL,
  PRIMARY KEY (journal, account, strategy, instrument)
) WITH (fillfactor = 80);
CREATE INDEX positions_by_symbol ON trading.positions (symbol);
CREATE TABLE trading.ledger_lines (
  journal text NOT NULL,
  line bigint NOT NULL,
  record bigint NOT NULL,
  day date NOT NULL,
  account text NOT NULL,
  currency text NOT NULL,
  book text NOT NULL,
  amount numeric(20, 4) NOT NULL,
  symbol text,
  due date,
  PRIMARY KEY (journal, line, day)
);
CREATE INDEX ledger_lines_by_account ON trading.ledger_lines (account, currency, book);
SELECT trading.divide('trading.ledger_lines', 'day');
CREATE TABLE trading.breaks (
  journal text NOT NULL,
  id text NOT NULL,
  source text NOT NULL,
  kind text NOT NULL,
  account text NOT NULL,
  subject text NOT NULL,
  ours numeric(20, 4),
  theirs numeric(20, 4),
  state text NOT NULL,
  since date NOT NULL,
  changed date NOT NULL,
  age integer NOT NULL,
  returns integer NOT NULL,
  note text,
  PRIMARY KEY (journal, id)
);`,
  },
  {
    id: '002-corporate-actions-margin-calls',
    sql: `
CREATE TABLE trading.corporate_actions (
  journal text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  symbol text NOT NULL,
  into_symbol text,
  ex_date date NOT NULL,
  pay_date date,
  state text NOT NULL,
  record bigint NOT NULL,
  quantity_factor double precision NOT NULL,
  price_factor double precision,
  PRIMARY KEY (journal, id)
);
CREATE INDEX corporate_actions_by_symbol ON trading.corporate_actions (symbol, ex_date);
CREATE TABLE trading.margin_calls (
  journal text NOT NULL,
  id text NOT NULL,
  account text NOT NULL,
  rule text NOT NULL,
  state text NOT NULL,
  amount numeric(20, 4) NOT NULL,
  opened date NOT NULL,
  due date NOT NULL,
  changed date NOT NULL,
  PRIMARY KEY (journal, id)
);`,
  },
];
