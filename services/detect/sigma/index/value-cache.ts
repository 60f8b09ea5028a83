const ENTRIES_MAX_COUNT = 2048
const LENGTH_MAX_COUNT = 512
/** After this many questions it is asked whether remembering pays. */
const TRIAL_COUNT = 4096
const HITS_MIN_SHARE = 0.3
/** Values that pass by before it is tried again. */
const PAUSE_COUNT = 65_536

/** What was found in a field's recent values; it stops by itself where values do not repeat. */
export type ValueCache = {
  /** Whether this value may be asked for and remembered. */
  takes(value: string): boolean
  get(value: string): Int32Array | undefined
  set(value: string, atoms: Int32Array): void
}

export function createValueCache(): ValueCache {
  let recent = new Map<string, Int32Array>()
  let older = new Map<string, Int32Array>()
  let asked = 0
  let found = 0
  let paused = 0
  return {
    takes: (value) => {
      if (value.length > LENGTH_MAX_COUNT) return false
      if (paused === 0) return true
      paused -= 1
      return false
    },
    get: (value) => {
      asked += 1
      if (asked > TRIAL_COUNT) {
        if (found < asked * HITS_MIN_SHARE) paused = PAUSE_COUNT
        asked = 0
        found = 0
      }
      const known = recent.get(value)
      if (known !== undefined) {
        found += 1
        return known
      }
      const kept = older.get(value)
      if (kept === undefined) return undefined
      found += 1
      recent.set(value, kept)
      return kept
    },
    set: (value, atoms) => {
      if (recent.size >= ENTRIES_MAX_COUNT) {
        older = recent
        recent = new Map()
      }
      recent.set(value, atoms)
    },
  }
}
