/** The marker's measure: everything up to its epoch has been written. */
export const COMPLETE_MEASURE = '~complete'
/** What a baseline's numbers mean; a reader leaves alone what a later format says. */
export const BASELINE_FORMAT_VERSION = 2
/** Sessions a baseline needs before it says anything. */
export const SAMPLES_MIN_COUNT = 20
/** What is counted once, just now, weighs this much; a half-life later half of it. */
export const ONCE_WEIGHT = 1024
/** In a context, what a bound has cut of it. */
export const OTHER_NAMES = '~'
/** Ids that begin so are no agent's. */
export const RESERVED_ID_PREFIX = '~'

/** Whose baselines the peers have that work through this server, in place of an agent's id. */
export function peersId(serverId: string): string {
  return `${RESERVED_ID_PREFIX}peers/${serverId}`
}
