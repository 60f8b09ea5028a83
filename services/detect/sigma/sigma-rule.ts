import { z } from 'zod'
import type { SigmaDocument } from '#sigma/documents.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import { LEVELS, STATUSES } from '#sigma/rule-words.ts'
import { readDetection } from './detection.ts'
import type { Detection } from './detection.ts'
import type { Placeholders } from './placeholders.ts'

const NAME_MAX_LENGTH = 256
const text = z.string().max(65_536)
const optionalText = text.nullish().transform((value) => value ?? undefined)

/** Which log a rule is written for. */
export type LogSource = { product?: string; category?: string; service?: string }

/** A base rule of any product, as Sigma 2.1 has it. Members beyond these are allowed and unread. */
export type SigmaRule = Detection & {
  /** Its id; its title where it has none. */
  id: string
  name: string | undefined
  title: string
  level: (typeof LEVELS)[number] | undefined
  status: string | undefined
  logsource: LogSource
  tags: readonly string[]
  falsepositives: readonly string[]
}

const head = z.object({
  title: z.string().min(1).max(NAME_MAX_LENGTH),
  id: z.string().min(1).max(NAME_MAX_LENGTH).optional(),
  name: z.string().min(1).max(NAME_MAX_LENGTH).optional(),
  status: z.enum(STATUSES).optional(),
  level: z.enum(LEVELS).optional(),
  logsource: z.looseObject({
    product: optionalText,
    category: optionalText,
    service: optionalText,
  }),
  detection: z.unknown(),
  tags: z.array(text).nullish(),
  falsepositives: z.union([z.array(z.unknown()), text]).nullish(),
})

/**
 * Reads a base rule of any Sigma tree.
 *
 * @throws RuleRefusal where it is not fully understood.
 */
export function readSigmaRule(document: SigmaDocument, placeholders: Placeholders): SigmaRule {
  const checked = head.safeParse(document.plain)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol')
    throw new RuleRefusal(`${path.join('.') || 'rule'}: ${issue?.message ?? 'bad shape'}`, path)
  }
  const { title, id, name, status, level, logsource, tags, falsepositives } = checked.data
  return {
    ...readDetection(checked.data.detection, placeholders),
    id: id ?? title,
    name,
    title,
    level,
    status,
    logsource: withoutUndefined(logsource),
    tags: tags ?? [],
    falsepositives: listOf(falsepositives),
  }
}

function withoutUndefined(logsource: {
  product: string | undefined
  category: string | undefined
  service: string | undefined
}): LogSource {
  const { product, category, service } = logsource
  return {
    ...(product === undefined ? {} : { product }),
    ...(category === undefined ? {} : { category }),
    ...(service === undefined ? {} : { service }),
  }
}

function listOf(value: readonly unknown[] | string | null | undefined): string[] {
  if (value === null || value === undefined) return []
  return (typeof value === 'string' ? [value] : value).filter((one) => typeof one === 'string')
}
