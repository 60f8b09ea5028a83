import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { openHttpEvidence } from '#adapters/clickhouse/http.ts'
import { loadQueries } from '#adapters/clickhouse/queries.ts'
import type { EvidenceStore, QueryParameters } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { readSettings, type Environment } from '#runtime/config.ts'
import { readDoors } from './doors.ts'
import { dataDirectory } from './options.ts'
import { openEvidence } from './world.ts'

/**
 * Opens the evidence a command asks: the server's, through the door of the process that owns the
 * directory, or the directory itself.
 *
 * @throws Fault NOT_FOUND where the directory holds none; EVIDENCE_UNAVAILABLE, EVIDENCE_LOCKED.
 */
export async function openEvidenceToRead(environment: Environment): Promise<EvidenceStore> {
  const settings = readSettings(environment)
  const directory = dataDirectory(environment)
  if (settings.TOCSIN_CLICKHOUSE === undefined) {
    const doors = readDoors(directory)
    if (doors?.sql !== undefined)
      return openHttpEvidence({
        url: doors.sql.url,
        user: 'reader',
        password: doors.tokens['sql-reader'],
      })
    if (!existsSync(join(directory, 'evidence')))
      throw new Fault('NOT_FOUND', `There is no evidence in ${directory}; name another --data-dir`)
  }
  return (await openEvidence(settings, directory)).evidence
}

/**
 * Runs a named query.
 *
 * @throws Fault NOT_FOUND where there is no such query; BAD_USAGE where a parameter lacks.
 */
export function runNamedQuery<Row>(
  evidence: EvidenceStore,
  name: string,
  parameters: QueryParameters,
): Promise<Row[]> {
  const queries = loadQueries()
  const query = queries.get(name)
  if (query === undefined) {
    const names = [...queries.keys()].join(', ')
    throw new Fault('NOT_FOUND', `There is no query ${name}; there are ${names}`)
  }
  const missing = query.parameters.filter((parameter) => parameters[parameter.name] === undefined)
  if (missing.length > 0) {
    const lines = missing.map((parameter) => `${parameter.name} (${parameter.meaning})`)
    throw new Fault('BAD_USAGE', `The query ${name} needs --param ${lines.join(', ')}`)
  }
  return evidence.query<Row>(query.sql, parameters)
}
