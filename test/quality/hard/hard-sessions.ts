import type { LabelledSession } from '../pack-writer.ts'
import { candidatesOf, type Candidate, type PackSession, type SkipReason } from './candidates.ts'
import { numberOf } from './choose.ts'
import type { Family } from './fill.ts'
import { underNewIds } from './new-ids.ts'
import { namesFor, renamedIntent, renamedSession, type Renaming } from './renaming.ts'
import { rewritten } from './rewrite.ts'

export type HardOptions = {
  families: readonly Family[]
  /** At most so many sessions with an injected text, the same number of each family. */
  limit: number
  /** The words that tools and parameters get; undefined: they keep their names. */
  renaming?: Renaming | undefined
  /** Whether benign sessions of the pack pass through. */
  withBenign?: boolean
  onSkip?: (reason: SkipReason) => void
}

/**
 * Sessions of a pack with their injected text in other wordings: family by family, of each the
 * sessions that its hash puts first. Benign sessions, if asked for, come last. What the model did
 * is what it did on reading the recorded text: a label says so much, not that it would obey these.
 */
export function* hardSessions(
  packSessions: readonly PackSession[],
  options: HardOptions,
): Iterable<LabelledSession> {
  const { families, limit } = options
  const candidates = candidatesOf(packSessions, options.onSkip)
  for (const [index, family] of families.entries()) {
    const share = Math.floor(limit / families.length) + Number(index < limit % families.length)
    yield* wordedBy(family, candidates, share, options.renaming)
  }
  if (options.withBenign !== true) return
  for (const { events, labels } of packSessions) {
    if (labels.session.label !== 'benign') continue
    yield options.renaming === undefined
      ? { events, labels }
      : underNewNames({ events, labels }, labels.session.session_id, options.renaming)
  }
}

function* wordedBy(
  family: Family,
  candidates: readonly Candidate[],
  count: number,
  renaming: Renaming | undefined,
): Iterable<LabelledSession> {
  const ranked = candidates
    .map((candidate) => ({ candidate, rank: rankOf(candidate, family) }))
    .sort((one, other) => one.rank - other.rank)
  let yieldedCount = 0
  for (const { candidate } of ranked) {
    if (yieldedCount >= count) break
    const id = candidate.session.labels.session.session_id
    const session = rewritten(renamedCandidate(candidate, renaming), family)
    if (session === undefined) continue
    yieldedCount += 1
    const worded = underNewIds(session, family.name)
    yield renaming === undefined ? worded : underNewNames(worded, id, renaming)
  }
}

function rankOf({ session }: Candidate, family: Family): number {
  return numberOf(session.labels.session.session_id, family.name, 'rank')
}

/** The candidate whose intent speaks of the tools by the names they will have. */
function renamedCandidate(candidate: Candidate, renaming: Renaming | undefined): Candidate {
  if (renaming === undefined) return candidate
  const { session, intent } = candidate
  const names = namesFor(session.labels.session.session_id, renaming)
  const server = String(session.events[0]?.['server_id'])
  return { ...candidate, intent: renamedIntent(intent, names, server) }
}

/** The session with the names that `namedAfter`, the id it had in the pack, gives its tools. */
function underNewNames(
  session: LabelledSession,
  namedAfter: string,
  renaming: Renaming,
): LabelledSession {
  const { events, labels } = renamedSession(session, namesFor(namedAfter, renaming))
  const marked = { ...labels.session, renamed: renaming.name }
  return underNewIds({ events, labels: { ...labels, session: marked } }, renaming.name)
}
