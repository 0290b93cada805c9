/** One step of a schema, applied once and never changed afterwards. */
export interface Migration {
  /** Unique, sorts in order: `001-orders`. */
  readonly id: string;
  readonly sql: string;
}

/**
 * What every engine's tables stand on; applied at each connection.
 *
 * - `divide` turns a table into one that is divided by day, with the rows that it has: a hypertable where the database has
 *   TimescaleDB, else native range partitions. Its primary key must contain the column
 * - `make_day` makes the partition of a day; a hypertable makes its chunks by itself
 * - `drop_before` removes the days that lie wholly before a moment, and returns how many
 *
 * Days are UTC's.
 */
export const foundation = `
CREATE SCHEMA IF NOT EXISTS trading;
CREATE TABLE IF NOT EXISTS trading.migrations (
  owner text NOT NULL,
  id text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (owner, id)
);
CREATE TABLE IF NOT EXISTS trading.write_behind (
  journal text PRIMARY KEY,
  owner text NOT NULL,
  record bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS trading.gaps (
  journal text NOT NULL,
  from_record bigint NOT NULL,
  to_record bigint NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (journal, from_record)
);

CREATE OR REPLACE FUNCTION trading.make_day(divided regclass, day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  relation pg_class := (SELECT r FROM pg_class r WHERE r.oid = divided);
BEGIN
  IF relation.relkind <> 'p' THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',
    relation.relnamespace::regnamespace, relation.relname || to_char(day, '"_"YYYYMMDD'), divided,
    day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
END $$;

CREATE OR REPLACE FUNCTION trading.divide(undivided regclass, by_column name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  relation pg_class := (SELECT r FROM pg_class r WHERE r.oid = undivided);
  divided text := format('%I.%I', relation.relnamespace::regnamespace, relation.relname);
  day date;
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
    PERFORM create_hypertable(undivided, by_column, chunk_time_interval => INTERVAL '1 day',
      create_default_indexes => false, migrate_data => true);
    RETURN;
  END IF;
  EXECUTE format('ALTER TABLE %s RENAME TO %I', undivided, relation.relname || '_undivided');
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL) PARTITION BY RANGE (%I)', divided, undivided, by_column);
  FOR day IN EXECUTE format('SELECT DISTINCT (%I AT TIME ZONE ''UTC'')::date FROM %s', by_column, undivided) LOOP
    PERFORM trading.make_day(divided::regclass, day);
  END LOOP;
  EXECUTE format('INSERT INTO %s SELECT * FROM %s', divided, undivided);
  EXECUTE format('DROP TABLE %s', undivided);
END $$;

CREATE OR REPLACE FUNCTION trading.drop_before(divided regclass, moment timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  partition regclass;
  dropped integer := 0;
BEGIN
  IF EXISTS (SELECT FROM pg_class WHERE oid = divided AND relkind = 'p') THEN
    FOR partition IN
      SELECT i.inhrelid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = divided AND to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= (moment AT TIME ZONE 'UTC')::date
    LOOP
      EXECUTE format('DROP TABLE %s', partition);
      dropped := dropped + 1;
    END LOOP;
  ELSE
    SELECT count(*) INTO dropped FROM drop_chunks(divided, older_than => moment);
  END IF;
  RETURN dropped;
END $$;`;
