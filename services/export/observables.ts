import type { Observable } from './ocsf.ts'

/** Every kind of value that is told, by its name in OCSF: an id of `observable.type_id`. */
const TYPES = { Hostname: 1, 'User Name': 4, 'Resource UID': 10 } as const
const OBSERVABLES_MAX_COUNT = 100

/** Where in the event a value stands, and what it is. */
export type Told = { path: string; type: keyof typeof TYPES; value: string | null }

/** Values that a SIEM indexes, each once and none empty; at most 100. */
export function observablesOf(told: readonly Told[]): Observable[] {
  const found = new Map<string, Observable>()
  for (const { path, type, value } of told) {
    if (value === null || value.trim() === '' || found.size >= OBSERVABLES_MAX_COUNT) continue
    const key = `${type} ${value}`
    if (!found.has(key)) found.set(key, { name: path, type_id: TYPES[type], type, value })
  }
  return [...found.values()]
}
