import type { DataEvent, TouchedObject } from '#domain/records/index.ts'
import { objectsOutOfScope } from './inventory.ts'
import { sensitiveTypes } from './sensitive.ts'
import { emptySight, packPlain, type LayerObserver, type Sight } from './sight.ts'
import { textFeatures } from './text-features.ts'

const OBJECTS_MAX_COUNT = 32
const OBJECT_NAMES_MAX_COUNT = 64
const SAMPLE_MAX_LENGTH = 65_536
const READS: readonly DataEvent['action'][] = ['select', 'copy']

type DataFacts = {
  rowsRead: number
  bytesRead: number
  errors: number
  objects: TouchedObject[]
  objectsDropped: number
}

/** Watches what a session does in databases. */
export const DATA_OBSERVER: LayerObserver<DataEvent, DataFacts> = {
  empty: () => ({ rowsRead: 0, bytesRead: 0, errors: 0, objects: [], objectsDropped: 0 }),
  pack: packPlain,
  unpack: (body) => structuredClone(body) as DataFacts,
  observe(facts, event, { scope }) {
    const sight = emptySight()
    const objects = [...new Set(event.object_names ?? [])]
    const names = objects.slice(0, OBJECT_NAMES_MAX_COUNT)
    const sample = (event.result_sample ?? '').slice(0, SAMPLE_MAX_LENGTH)
    const types = sample === '' ? [] : sensitiveTypes(sample)
    const isRead = READS.includes(event.action)
    if (isRead) readObjects(facts, event, names, types, sight)
    if (isError(event.status)) {
      facts.errors += 1
      sight.sums['errors'] = 1
    }
    sight.peaks = { rows: event.rows ?? 0, bytes: event.bytes ?? 0 }
    if (names.length > 0) sight.names['object'] = names
    if (event.query_fingerprint !== null) sight.names['query'] = [event.query_fingerprint]
    sight.facts = {
      rows: event.rows,
      bytes: event.bytes,
      rows_read: facts.rowsRead,
      bytes_read: facts.bytesRead,
      errors: facts.errors,
      object_names: event.object_names === null ? null : names,
      objects_read: facts.objects.map((object) => ({ ...object })),
      objects_out_of_scope: objectsOutOfScope(scope, names),
      db_user: event.db_user,
      query_fingerprint: event.query_fingerprint,
      client_port: event.client_port,
      is_error: event.status === null ? null : isError(event.status),
      sensitive_types: types,
      features: sample === '' ? {} : textFeatures(sample),
      labels: labelsOf(event, isRead),
      facts_dropped:
        objects.length -
        names.length +
        facts.objectsDropped +
        ((event.result_sample ?? '').length > SAMPLE_MAX_LENGTH ? 1 : 0),
    }
    return sight
  },
}

/** How many rows it read; 0 where it changed some. */
export function rowsReadBy({ action, rows }: DataEvent): number {
  return READS.includes(action) ? (rows ?? 0) : 0
}

function readObjects(
  facts: DataFacts,
  event: DataEvent,
  names: readonly string[],
  types: readonly string[],
  sight: Sight,
): void {
  const [rows, bytes] = [rowsReadBy(event), event.bytes ?? 0]
  facts.rowsRead += rows
  facts.bytesRead += bytes
  sight.sums = { rows_read: rows, bytes_read: bytes }
  for (const name of names) {
    const known = facts.objects.find((touched) => touched.object === name)
    if (known !== undefined) {
      known.rows += rows
      known.bytes += bytes
      known.sensitive_types = [...new Set([...known.sensitive_types, ...types])].sort()
    } else if (facts.objects.length < OBJECTS_MAX_COUNT) {
      facts.objects.push({ object: name, rows, bytes, sensitive_types: [...types] })
    } else facts.objectsDropped += 1
  }
}

function labelsOf({ action, query_text }: DataEvent, isRead: boolean): string[] {
  const labels: string[] = []
  const isDrop = action === 'ddl' && /^\s{0,99}(?:drop|truncate)\b/i.test(query_text ?? '')
  if (action === 'delete' || isDrop) labels.push('destructive')
  if (action === 'grant') labels.push('persistent')
  if (isRead) labels.push('private_read')
  return labels
}

function isError(status: string | null): boolean {
  return status !== null && /^(?:error|fail|denied|refused|abort)/i.test(status)
}
