import { hasNetfilter, startNetfilter } from './netfilter.ts'
import { startOwnRecorder } from './own-recorder.ts'

/** Addresses that stand for hosts outside; both are kept for examples (RFC 5737). */
export const OUTSIDE_ADDRESS = '203.0.113.66'
export const PARTNER_ADDRESS = '198.51.100.20'

/** A command, and what its environment must hold beside. */
type Start = { command: string[]; environment: Record<string, string> }

/** A way out past every proxy, which only a firewall sees, and the log of that. */
export type Outside = {
  /** Who writes the log. */
  recorder: 'ulogd2' | 'own'
  /** Who began a connection: ulogd2's JSON of logged packets, with the user's number. */
  packetsFile: string
  /** What each connection came to: ulogd2's JSON of conntrack, which knows no users. */
  flowsFile: string
  /** Where a page is, at an address outside. */
  pageAt: (address: string) => string
  /** How a Node program is started that runs as a user and has this way out. */
  startOf: (user: number, args: readonly string[]) => Start
  stop: () => Promise<void>
}

/**
 * Opens a way out: with nft and ulogd2 in a network namespace where there are both and we may, else
 * with a recorder of our own that writes the same.
 */
export function startOutside(directory: string): Promise<Outside> {
  return hasNetfilter() ? startNetfilter(directory) : startOwnRecorder(directory)
}
