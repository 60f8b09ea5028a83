import { readText } from '../../support/checkout.ts'
import { handOver, onlyRead } from '../delegated/seen/requests.ts'
import { domainSessions } from '../delegated/sessions.ts'
import type { Domain } from '../domains/domain.ts'
import { Seeded } from '../domains/seeded.ts'
import { seenDomains } from '../domains/seen/all.ts'
import type { LabelledSession } from '../pack-writer.ts'

/** One message of a user, and whether it hands over to some text what is to be done. */
export type RequestLine = {
  text: string
  isHandedOver: boolean
  /** Where it comes from: the lines of one invented domain count as one. */
  domain?: string
}

const FOLDER = 'test/quality/requests'
const DRAWS_PER_DOMAIN = 90
/** As many ask to read such a text, and nothing more. */
const READ_ONLY_DRAWS = 30
const LANGUAGES = ['en', 'en', 'en', 'en', 'de', 'fr', 'es'] as const

/** Requests that were written for this: a line of a file each. */
export function writtenLines(): RequestLine[] {
  const linesOf = (name: string): string[] =>
    readText(`${FOLDER}/${name}.txt`)
      .split('\n')
      .filter((line) => line !== '')
  return [
    ...linesOf('handed-over').map((text) => ({ text, isHandedOver: true })),
    ...linesOf('own').map((text) => ({ text, isHandedOver: false })),
  ]
}

/** The requests of the invented domains that models may be trained on, each text once. */
export function seenLines(): RequestLine[] {
  const sessions = domainSessions('seen')
  const lines = seenDomains.flatMap((domain) => [
    ...drawn(domain, DRAWS_PER_DOMAIN, true),
    ...drawn(domain, READ_ONLY_DRAWS, false),
    ...ownRequests(domain, sessions),
  ])
  return [...new Map(lines.map((line) => [line.text, line])).values()]
}

/** What is said of a text that somebody else left: that it be acted on, or only told of. */
function drawn({ profile, open }: Domain, count: number, isHandedOver: boolean): RequestLine[] {
  return Array.from({ length: count }, (_, draw) => {
    const random = new Seeded(`requests/${profile.name}/${isHandedOver}/${draw}`)
    const { errands, source } = open(random)
    const errand = random.pick(errands)
    const from = random.pick(source(errand.title))
    const flavour = draw % 2 === 0 ? errand.flavour : undefined
    const text = isHandedOver
      ? handOver(random, from, random.pick(LANGUAGES), flavour)
      : onlyRead(random, from)
    return { text, isHandedOver, domain: profile.name }
  })
}

/** What users ask for themselves, in the sessions of a domain's tasks. */
function ownRequests(
  { profile, open }: Domain,
  sessions: readonly LabelledSession[],
): RequestLine[] {
  const tasks = new Set(
    open(new Seeded(profile.name)).tasks.map(({ name }) => `${profile.name}.${name}`),
  )
  return sessions
    .filter(({ labels }) => tasks.has(labels.session.user_task))
    .flatMap(({ events }) => events)
    .filter(({ action }) => action === 'user_request')
    .map(({ content = '' }) => ({ text: content, isHandedOver: false, domain: profile.name }))
}
