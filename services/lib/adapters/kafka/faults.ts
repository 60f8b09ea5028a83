import { Fault } from '#domain/fault.ts'

/** Kafka's error codes that this adapter tells apart. */
export const ERROR = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopic: 3,
  messageTooLarge: 10,
  recordListTooLarge: 18,
  topicNotAllowed: 29,
  groupNotAllowed: 30,
  clusterNotAllowed: 31,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  oldProducerEpoch: 47,
  storageError: 56,
  unknownProducer: 59,
  invalidRecord: 87,
} as const

const NOT_ALLOWED = new Set<number>([
  ERROR.topicNotAllowed,
  ERROR.groupNotAllowed,
  ERROR.clusterNotAllowed,
])
const LOST_MEMBERSHIP = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_INSTANCE_ID',
])

const WRONG_SETTINGS = new Set([
  'INVALID_REPLICATION_FACTOR',
  'INVALID_PARTITIONS',
  'INVALID_CONFIG',
  'POLICY_VIOLATION',
])

type ClientError = { name?: string; type?: string; cause?: unknown; errors?: unknown[] }

/** What the client's error means for the caller. `what` says what was being done. */
export function asFault(cause: unknown, what: string): Fault {
  if (cause instanceof Fault) return cause
  const { type, name } = rootOf(cause)
  const reason = type ?? name ?? 'unknown error'
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return topicMissing(what, cause)
  if (type !== undefined && LOST_MEMBERSHIP.has(type))
    return new Fault('OWNERSHIP_LOST', `${what}: lanes went to another member`, { cause })
  if (type !== undefined && WRONG_SETTINGS.has(type))
    return new Fault('BAD_SETTINGS', `${what}: Kafka refuses the settings (${type})`, { cause })
  if (/AUTHORIZATION|SASL_AUTHENTICATION|SASLAuthentication/.test(`${type ?? ''}${name ?? ''}`))
    return new Fault('BAD_SETTINGS', `${what}: Kafka refuses this user (${reason})`, { cause })
  return new Fault('LOG_UNAVAILABLE', `${what}: Kafka does not answer (${reason})`, { cause })
}

/** What an error code of a partition means, where trying again cannot help; else undefined. */
export function faultOfCode(code: number, what: string): Fault | undefined {
  if (NOT_ALLOWED.has(code))
    return new Fault('BAD_SETTINGS', `${what}: Kafka refuses this user (error ${code})`)
  if (code === ERROR.messageTooLarge || code === ERROR.recordListTooLarge)
    return new Fault('BAD_SETTINGS', `${what}: larger than the topic's max.message.bytes`)
  if (code === ERROR.invalidRecord)
    return new Fault('BAD_SETTINGS', `${what}: the topic refuses records of this kind`)
  return undefined
}

/** Whether the error says that the group no longer counts this member in. */
export function isMembershipLost(error: unknown): boolean {
  return LOST_MEMBERSHIP.has(rootOf(error).type ?? '')
}

/** Whether the group is only dividing its lanes anew and still knows this member. */
export function isRebalancing(error: unknown): boolean {
  return rootOf(error).type === 'REBALANCE_IN_PROGRESS'
}

/** Whether waiting cannot help: refused credentials, a missing topic. */
export function isFinal(error: unknown): boolean {
  const { code } = asFault(error, '')
  return code === 'BAD_SETTINGS'
}

function topicMissing(topic: string, cause?: unknown): Fault {
  return new Fault('TOPIC_MISSING', `${topic}: no such topic; run \`tocsin migrate\``, { cause })
}

function rootOf(error: unknown): ClientError {
  let root = (error ?? {}) as ClientError
  for (let depth = 0; depth < 5 && root.type === undefined; depth++) {
    const deeper = root.cause ?? root.errors?.[0]
    if (typeof deeper !== 'object' || deeper === null) break
    root = deeper
  }
  return root
}
