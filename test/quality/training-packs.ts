import { sharedFile } from '../support/shared-data.ts'
import { delegatedSessions, domainSessions } from './delegated/sessions.ts'
import { hardSessions } from './hard/hard-sessions.ts'
import { recordedSessions } from './hard/recorded-sessions.ts'
import { seenRenaming } from './hard/renaming/seen.ts'
import { seenFamilies } from './hard/wordings/families.ts'
import { writePack } from './pack-writer.ts'

const WORDED_LIMIT = 2_500
const RENAMED_LIMIT = 900
/** What a call of each pack weighs, chosen with suites, families and domains left out in turn. */
const PLAIN_WEIGHT = 1.5
const WORDED_WEIGHT = 0.7
const RENAMED_WEIGHT = 0.6
const DELEGATED_WEIGHT = 2
const DOMAINS_WEIGHT = 0.7

/** The recorded pack that attacks in other wordings are put into, and suites are left out of. */
export const TRAINING_PACK = 'train'

/**
 * Writes the generated packs of training into a directory; the packs of training as `tocsin train`
 * takes them, each path with its weight, in the order in which a model is made of them. Undefined
 * where the recorded are absent.
 */
export function writeTrainingPacks(directory: string): string[] | undefined {
  const recorded = recordedSessions(TRAINING_PACK)
  const events = sharedFile(`agentdojo/${TRAINING_PACK}.events.ndjson.gz`)
  const plain = sharedFile(`agentdojo/${TRAINING_PACK}.plain.events.ndjson.gz`)
  if (recorded === undefined || events === undefined || plain === undefined) return undefined
  const wording = { families: seenFamilies, withBenign: true }
  const worded = hardSessions(recorded, { ...wording, limit: WORDED_LIMIT })
  const other = writePack(directory, `${TRAINING_PACK}.seen`, worded)
  const renamed = hardSessions(recorded, {
    ...wording,
    limit: RENAMED_LIMIT,
    renaming: seenRenaming,
  })
  const otherNames = writePack(directory, `${TRAINING_PACK}.seen.renamed`, renamed)
  const delegated = writePack(directory, 'delegated.seen', delegatedSessions('seen'))
  const domains = writePack(directory, 'domains.seen', domainSessions('seen'))
  return [
    events,
    `${plain}=${PLAIN_WEIGHT}`,
    `${other.eventsPath}=${WORDED_WEIGHT}`,
    `${otherNames.eventsPath}=${RENAMED_WEIGHT}`,
    `${delegated.eventsPath}=${DELEGATED_WEIGHT}`,
    `${domains.eventsPath}=${DOMAINS_WEIGHT}`,
  ]
}
