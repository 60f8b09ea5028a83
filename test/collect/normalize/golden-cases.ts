/** A golden file, and where its records come from. */
export type GoldenCase = { format: string; file: string; provenance: string }

const POSTGRES = 'captured from PostgreSQL 15.20 (Debian)'

/**
 * Every golden file, in `golden/<format>/`. What it reads as stands beside it, named
 * `*.expected.ndjson`; `vitest -u` writes it, to be read by somebody.
 */
export const GOLDEN_CASES: readonly GoldenCase[] = [
  {
    format: 'postgres-jsonlog',
    file: 'pgaudit.ndjson',
    provenance: `${POSTGRES} with pgaudit 1.7, rows and parameters on`,
  },
  {
    format: 'postgres-jsonlog',
    file: 'log-statement.ndjson',
    provenance: `${POSTGRES} with log_statement=all, log_duration`,
  },
  {
    format: 'postgres-jsonlog',
    file: 'auto-explain.ndjson',
    provenance: `${POSTGRES} with auto_explain (JSON, analyze) and log_min_duration_statement=0`,
  },
  {
    format: 'postgres-csvlog',
    file: 'pgaudit-relation.csv',
    provenance: `${POSTGRES} with pgaudit 1.7, log_relation, log_statement_once, log_rows`,
  },
  {
    format: 'postgres-csvlog',
    file: 'auto-explain-text.csv',
    provenance: `${POSTGRES} with auto_explain (text, analyze)`,
  },
  {
    format: 'mariadb-audit',
    file: 'server-audit.log',
    provenance: "captured from MariaDB 10.11.19's server_audit, the host's name replaced",
  },
  {
    format: 'mysql-audit-json',
    file: 'enterprise.log',
    provenance: "own records in the shape of MySQL 8.4's manual, audit log file formats",
  },
  {
    format: 'mysql-audit-json',
    file: 'percona.log',
    provenance: "own records in the shape of Percona Server 8.0's manual, audit log plugin",
  },
  {
    format: 'clickhouse-query-log',
    file: 'query-log.ndjson',
    provenance: "own rows in the shape of ClickHouse's manual, system.query_log (chdb has none)",
  },
  {
    format: 'otlp-database-spans',
    file: 'instrumentation-pg.ndjson',
    provenance: 'captured from @opentelemetry/instrumentation-pg 0.76.0',
  },
  {
    format: 'otlp-genai-spans',
    file: 'instrumentation-openai.ndjson',
    provenance: 'captured from @opentelemetry/instrumentation-openai 0.21.0, scripted model',
  },
  {
    format: 'otlp-genai-spans',
    file: 'traceloop.ndjson',
    provenance: 'captured from @traceloop/instrumentation-openai 0.27.0, scripted model',
  },
  {
    format: 'otlp-genai-spans',
    file: 'openinference.ndjson',
    provenance: 'captured from @arizeai/openinference-instrumentation-openai 4.2.7, scripted model',
  },
  {
    format: 'otlp-genai-spans',
    file: 'openinference-anthropic.ndjson',
    provenance: "captured from OpenInference's for Anthropic and the SDK's own spans beside it",
  },
  {
    format: 'otlp-genai-spans',
    file: 'conventions.ndjson',
    provenance: 'own spans by the conventions of OpenTelemetry (1.26 to 1.41) and of Traceloop',
  },
  {
    format: 'otlp-genai-logs',
    file: 'events.ndjson',
    provenance: 'own records by the conventions of OpenTelemetry (1.28 and 1.41)',
  },
  {
    format: 'otlp-traces',
    file: 'traces.ndjson',
    provenance: "own spans by OpenTelemetry's conventions for databases and GenAI",
  },
  {
    format: 'openai-exchange',
    file: 'exchanges.ndjson',
    provenance: "own records with bodies in the shape of OpenAI's API reference",
  },
  {
    format: 'anthropic-exchange',
    file: 'exchanges.ndjson',
    provenance: "own records with bodies in the shape of Anthropic's API reference",
  },
  {
    format: 'litellm-payload',
    file: 'payloads.ndjson',
    provenance: "own records in the shape of LiteLLM's manual, standard logging payload",
  },
  {
    format: 'zeek-json',
    file: 'records.ndjson',
    provenance: "own records in the shape of Zeek's manual, JSON logs",
  },
  {
    format: 'zeek-tsv',
    file: 'records.log',
    provenance: "own records in the form and with the headers of Zeek's manual",
  },
  {
    format: 'suricata-eve',
    file: 'eve.ndjson',
    provenance: "own records in the shapes of Suricata's manual, EVE (dns versions 1, 2 and 3)",
  },
  {
    format: 'squid-json',
    file: 'access.ndjson',
    provenance: 'captured from squid 5.7 (Debian 12) with deploy/squid-logformat.conf',
  },
  {
    format: 'envoy-json',
    file: 'access.ndjson',
    provenance: "own records by the names of Istio's manual, Envoy's JSON access log",
  },
  {
    format: 'aws-vpc-flow',
    file: 'flows.txt',
    provenance: 'own records by the manual of AWS: version 2 by default, then a header with others',
  },
  {
    format: 'gcp-flow',
    file: 'flows.ndjson',
    provenance:
      'own records in the shape of the manual of Google Cloud, VPC flows and firewall rules',
  },
  {
    format: 'hubble-json',
    file: 'flows.ndjson',
    provenance: "own records in the shape of Hubble's flow messages as JSON",
  },
  {
    format: 'nfdump-json',
    file: 'flows.json',
    provenance: 'captured from nfdump 1.7.1 (Debian 12): -o json in UTC, of NetFlow v5 made for it',
  },
  {
    format: 'ulogd-json',
    file: 'nfct-and-nflog.ndjson',
    provenance: 'captured from ulogd2 2.0.8 (Debian 12) in a network namespace of its own',
  },
]
