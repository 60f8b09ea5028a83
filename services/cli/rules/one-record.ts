import { readFileSync } from 'node:fs'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import { Fault } from '#domain/fault.ts'
import { compileNormalizer } from '../../collect/normalize/event.ts'
import { formOf } from '../json-lines.ts'
import type { StoredRecord } from './stored-records.ts'
import { inputName, unreadable } from './unreadable.ts'

/**
 * Reads one event, or one observation, in its JSON form from a file or standard input.
 *
 * @throws Fault INPUT_UNREADABLE where it is neither.
 */
export function readOneRecord(path: string): StoredRecord {
  const text = readText(path)
  const json = parse(text)
  const observed = typeof json === 'object' && json !== null && 'observation_id' in json
  if (observed) {
    const read = formOf('observations.v1').fromJson(json)
    if (!read.ok) throw noRecord(path, 'observation', `${read.reason} ${read.field}`)
    return { service: 'observation', layer: read.value.layer, record: read.value }
  }
  const read = compileNormalizer(loadSchemas())(JSON.stringify(json) ?? text)
  if (!read.ok) throw noRecord(path, 'event', `${read.reason} ${read.detail}`)
  return { service: 'event', layer: read.layer, record: read.event }
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? process.stdin.fd : path, 'utf8')
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function noRecord(path: string, kind: string, problem: string): Fault {
  return new Fault('INPUT_UNREADABLE', `${inputName(path)} holds no ${kind}: ${problem.trim()}`)
}
