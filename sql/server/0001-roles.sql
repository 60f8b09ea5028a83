-- Roles on a ClickHouse server. The writer inserts and nothing else; an analyst reads the rows of
-- the tenants given to them in analyst_tenants ('*' is all). Nobody alters or deletes evidence.

CREATE TABLE IF NOT EXISTS analyst_tenants (user_name String, tenant_id String)
ENGINE = ReplacingMergeTree ORDER BY (user_name, tenant_id);

CREATE ROLE IF NOT EXISTS tocsin_writer, tocsin_analyst;

GRANT SELECT, INSERT ON * TO tocsin_writer;

GRANT SELECT ON * TO tocsin_analyst;

CREATE SETTINGS PROFILE IF NOT EXISTS tocsin_analyst SETTINGS
  readonly = 1,
  max_execution_time = 60,
  max_memory_usage = 4000000000,
  max_result_rows = 1000000
TO tocsin_analyst;

CREATE QUOTA IF NOT EXISTS tocsin_analyst KEYED BY user_name
FOR INTERVAL 1 hour MAX queries = 3000, execution_time = 3600
TO tocsin_analyst;

CREATE ROW POLICY IF NOT EXISTS tocsin_writer ON * USING 1 TO tocsin_writer;

CREATE ROW POLICY IF NOT EXISTS tocsin_tenant ON
  log_events_application,
  log_events_data,
  log_events_network,
  log_events_model,
  log_observations,
  log_sessions,
  log_activity,
  log_baselines,
  log_alerts,
  log_matches,
  log_incidents,
  log_cases,
  log_dispositions,
  log_actions,
  log_enforcement,
  log_rejects,
  log_held
USING tenant_id IN (SELECT tenant_id FROM analyst_tenants WHERE user_name = currentUser())
  OR '*' IN (SELECT tenant_id FROM analyst_tenants WHERE user_name = currentUser())
TO tocsin_analyst;
