/** Schema of the functions that the exporter calls: it may call them and see no table. */
export const monitoringSchema = 'nautilus_monitoring';

interface MonitoringFunction {
  readonly name: string;
  /** Columns of what it returns, as SQL declares them. */
  readonly returns: string;
  /** Relation without which there is nothing to return yet: engines make their tables when they first connect. */
  readonly needs?: string;
  readonly query: string;
}

const functions: readonly MonitoringFunction[] = [
  {
    name: 'orders',
    returns: 'status text, recent bigint',
    needs: 'trading.orders',
    query: `SELECT status, count(*) FROM trading.orders WHERE created_at > now() - interval '1 hour' GROUP BY status`,
  },
  {
    name: 'executions',
    returns: 'side text, liquidity text, recent bigint, recent_shares bigint, recent_notional numeric',
    needs: 'trading.executions',
    query: `SELECT side, liquidity, count(*), sum(quantity), sum(price * quantity) FROM trading.executions
WHERE executed_at > now() - interval '1 hour' GROUP BY side, liquidity`,
  },
  {
    name: 'write_behind',
    returns: 'owner text, journal text, records bigint, age_seconds double precision',
    needs: 'trading.write_behind',
    query: `SELECT owner, journal, record, extract(epoch FROM now() - updated_at)::double precision FROM trading.write_behind`,
  },
  {
    name: 'tables',
    returns: '"table" text, bytes bigint, index_bytes bigint, live_rows bigint, dead_rows bigint',
    query: `SELECT schemaname || '.' || relname, pg_total_relation_size(relid), pg_indexes_size(relid), n_live_tup, n_dead_tup
FROM pg_stat_user_tables WHERE schemaname IN ('trading', 'market')`,
  },
  {
    name: 'sessions',
    returns: 'application text, state text, count bigint',
    query: `SELECT application_name, coalesce(state, 'starting'), count(*) FROM pg_stat_activity
WHERE datname = current_database() GROUP BY 1, 2`,
  },
  {
    name: 'statements',
    returns: 'calls_total numeric, seconds_total double precision, rows_total numeric, temp_bytes_total numeric',
    needs: 'public.pg_stat_statements',
    query: `SELECT sum(calls), sum(total_exec_time) / 1000, sum(rows), sum(temp_blks_written) * 8192 FROM public.pg_stat_statements`,
  },
];

/** The functions, each running as the database's owner for whoever may call it. */
export const monitoringFunctions = functions
  .map(({ name, returns, needs, query }) => {
    const guard = needs ? `IF to_regclass('${needs}') IS NULL THEN RETURN; END IF;\n  ` : '';
    return `CREATE FUNCTION ${monitoringSchema}.${name}() RETURNS TABLE (${returns})
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
#variable_conflict use_column
BEGIN
  ${guard}RETURN QUERY EXECUTE $query$${query}$query$;
END $function$;`;
  })
  .join('\n');
