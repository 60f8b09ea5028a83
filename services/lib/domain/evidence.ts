/** One insert: an Avro object container of one (topic, partition, offset range), unopened. */
export type EvidenceInsert = {
  table: string
  /** `topic:partition:first-last:schema-id`; ClickHouse drops a second insert with the same. */
  token: string
  container: Buffer
  rowCount: number
}

/** Values for the `{name:Type}` parameters of a query. */
export type QueryParameters = Record<string, string | number | boolean | readonly string[]>

/** The evidence store: a ClickHouse server over HTTP, or the engine in this process. */
export type EvidenceStore = {
  readonly kind: 'http' | 'embedded'
  /**
   * Inserts one container, all of it or nothing. Repeating the call changes nothing.
   *
   * @throws Fault EVIDENCE_UNAVAILABLE, EVIDENCE_BUSY (retryable), EVIDENCE_REFUSED (bad data).
   */
  insert(insert: EvidenceInsert): Promise<void>
  /**
   * Rows of one SELECT; 64-bit integers and times come as strings.
   *
   * @throws Fault EVIDENCE_UNAVAILABLE (retryable), QUERY_REFUSED.
   */
  query<Row>(sql: string, parameters?: QueryParameters): Promise<Row[]>
  /** Runs one statement of a migration. */
  command(sql: string): Promise<void>
  ping(): Promise<void>
  close(): Promise<void>
}
