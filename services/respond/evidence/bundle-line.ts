import { hash } from 'node:crypto'

import { canonicalJson } from '#domain/json-form.ts'
import type { TopicName } from '#domain/topics.ts'

/** A record as it lay on the log. */
export type RawRecord = {
  topic: TopicName
  partition: number
  offset: number
  key: string
  value: Buffer
}

/** What a bundle says of itself; the first leaf of its tree. */
export type Manifest = {
  format: 'tocsin-evidence/1'
  incident_id: string
  tenant_id: string
  exported_at: string
  exported_by: string
  why: string
  /** Rule versions by rule id, and the epochs of the baselines that judged. */
  rule_versions: Record<string, string>
  baseline_epochs: string[]
  playbook_version: string | null
  /** SHA-256 of each other file, by name. */
  files: Record<string, string>
}

export const FILES = {
  manifest: 'manifest.json',
  records: 'records.ndjson',
  leaves: 'leaves.bin',
  checkpoint: 'checkpoint.txt',
} as const

/** One line of `records.ndjson`: where the record lay, what it weighs, and all of its bytes. */
export function recordLine(record: RawRecord): string {
  const { topic, partition, offset, key, value } = record
  const sha256 = sha256Hex(value)
  return canonicalJson({ topic, partition, offset, key, sha256, body: value.toString('base64') })
}

/** `topic partition offset` of a line, to name it to a person; undefined where it is none. */
export function placeOfLine(line: string): string | undefined {
  try {
    const { topic, partition, offset } = JSON.parse(line) as Record<string, unknown>
    const isTopic = typeof topic === 'string' && /^[a-z.]+v\d+$/.test(topic)
    if (!isTopic || !Number.isInteger(partition) || !Number.isInteger(offset)) return undefined
    return `${topic} ${Number(partition)} ${Number(offset)}`
  } catch {
    return undefined
  }
}

export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}

/** The origin line of a bundle's checkpoint. */
export function originOf(incidentId: string): string {
  return `tocsin/evidence/${incidentId}`
}
