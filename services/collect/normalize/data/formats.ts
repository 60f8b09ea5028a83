import type { Format } from '../format.ts'
import { CLICKHOUSE_QUERY_LOG } from './clickhouse-query-log.ts'
import { MARIADB_AUDIT } from './mariadb-audit.ts'
import { MYSQL_AUDIT } from './mysql-audit.ts'
import { OTLP_DATABASE_SPANS } from './otlp-database-spans.ts'
import { POSTGRES_CSVLOG, POSTGRES_JSONLOG } from './postgres.ts'

/** The formats of logs that tell what reached a database. */
export const DATA_FORMATS: readonly Format[] = [
  POSTGRES_JSONLOG,
  POSTGRES_CSVLOG,
  MARIADB_AUDIT,
  MYSQL_AUDIT,
  CLICKHOUSE_QUERY_LOG,
  OTLP_DATABASE_SPANS,
]
