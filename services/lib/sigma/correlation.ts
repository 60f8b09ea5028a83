import { createHash } from 'node:crypto'
import { namesIn, parseCorrelationCondition } from './correlation-condition.ts'
import type { CorrelationCondition } from './correlation-condition.ts'
import { correlationDocument } from './correlation-document.ts'
import type { CorrelationDocument, CorrelationType } from './correlation-document.ts'
import type { SigmaDocument } from './documents.ts'
import { at, RuleRefusal } from './refusal.ts'
import { parseTimespan, timespanUs } from './timespan.ts'

const VERSION_HEX_LENGTH = 12
const ID_HEX_LENGTH = 32

/** One hit in a correlation's own test. */
type CorrelationTestMatch = {
  rule: string
  afterUs: number
  fields: Readonly<Record<string, string>>
}
export type CorrelationTest = {
  why: string
  matches: readonly CorrelationTestMatch[]
  fires: boolean
}

/** A correlation document, checked by itself; what it refers to is not looked up yet. */
export type Correlation = {
  document: SigmaDocument
  /** Its `id`, else its `name`, else a hash of what it says. */
  id: string
  name: string | undefined
  title: string
  description: string | undefined
  status: string | undefined
  level: NonNullable<CorrelationDocument['level']> | undefined
  version: string
  tags: readonly string[]
  /** `AML.T0051.001`, from the tag `atlas.aml.t0051.001`. */
  atlas: readonly string[]
  /** `MCP06`, from the tag `owasp.mcp06`. */
  owasp: readonly string[]
  falsepositives: readonly string[]
  type: CorrelationType
  /** Ids or names, as written; for `temporal_ordered` in the order they must appear in. */
  rules: readonly string[]
  groupBy: readonly string[]
  timespanUs: number
  condition: CorrelationCondition
  /** Field name by rule (as written) by alias. */
  aliases: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Whether the rules it refers to alert by themselves too. */
  generate: boolean
  tocsin: CorrelationDocument['tocsin']
  tests: readonly CorrelationTest[]
}

/**
 * Reads a correlation document, of this product or of any Sigma tree.
 *
 * @throws RuleRefusal for whatever is not fully understood, with the path to it.
 */
export function parseCorrelation(document: SigmaDocument): Correlation {
  const checked = correlationDocument.safeParse(document.plain)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol')
    throw new RuleRefusal(`${path.join('.') || 'correlation'}: ${issue?.message ?? 'bad'}`, path)
  }
  const { correlation, ...about } = checked.data
  const rules = correlation.rules ?? rulesIn(correlation.condition)
  if (new Set(rules).size < rules.length) {
    throw new RuleRefusal('correlation.rules: a rule stands there twice', ['correlation', 'rules'])
  }
  const hash = createHash('sha256').update(JSON.stringify(document.plain)).digest('hex')
  return {
    document,
    id: about.id ?? about.name ?? hash.slice(0, ID_HEX_LENGTH),
    name: about.name,
    title: about.title,
    description: about.description,
    status: about.status,
    level: about.level,
    version: about.tocsin?.version ?? hash.slice(0, VERSION_HEX_LENGTH),
    tags: about.tags,
    atlas: tagged(about.tags, 'atlas.'),
    owasp: tagged(about.tags, 'owasp.'),
    falsepositives: about.falsepositives,
    type: correlation.type,
    rules,
    groupBy: [...new Set(correlation['group-by'] ?? [])],
    timespanUs: at(['correlation', 'timespan'], () => parseTimespan(correlation.timespan)),
    condition: readCondition(correlation, rules),
    aliases: correlation.aliases,
    generate: about.generate || correlation.generate,
    tocsin: about.tocsin,
    tests: about.tests.map(readTest),
  }
}

/** pySigma lets a temporal correlation name its rules in the condition alone. */
function rulesIn(condition: unknown): string[] {
  if (typeof condition !== 'string') {
    throw new RuleRefusal('correlation: it refers to no rule', ['correlation'])
  }
  return namesIn(condition)
}

function readCondition(
  { type, condition }: CorrelationDocument['correlation'],
  rules: readonly string[],
): CorrelationCondition {
  const path = ['correlation', 'condition']
  try {
    return parseCorrelationCondition(type, condition, rules)
  } catch (refusal) {
    if (!(refusal instanceof RuleRefusal)) throw refusal
    const place = [...path, ...refusal.path]
    throw new RuleRefusal(`${place.join('.')}: ${refusal.message}`, place)
  }
}

function readTest(test: CorrelationDocument['tests'][number]): CorrelationTest {
  const matches = test.matches.map(({ rule, after, ...fields }) => ({
    rule,
    afterUs: timespanUs(after) ?? 0,
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, `${value}`])),
  }))
  return { why: test.why, matches, fires: test.fires }
}

function tagged(tags: readonly string[], prefix: string): string[] {
  return tags
    .filter((tag) => tag.toLowerCase().startsWith(prefix))
    .map((tag) => tag.slice(prefix.length).toUpperCase())
}
