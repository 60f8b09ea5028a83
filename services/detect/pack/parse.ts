import { createHash } from 'node:crypto'
import { kindOf, readDocuments, refusedBy } from '#sigma/documents.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import { RuleRefusal, at } from '#sigma/refusal.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import { parseTimespan } from '#sigma/timespan.ts'
import { readDetection } from '../sigma/detection.ts'
import type { Detection } from '../sigma/detection.ts'
import { ALL_LAYERS, ruleDocument } from './document.ts'
import type { RuleDocument } from './document.ts'
import { isPrintable, resolveField } from './fields.ts'
import type { Item } from '../sigma/item.ts'
import type { Placeholders } from '../sigma/placeholders.ts'
import type { Field, Rule, SummaryTemplate, Suppression } from './rule.ts'

const TEXT_MAX_BYTES = 65_536
const VERSION_HEX_LENGTH = 12

export type ParsedRule = { ok: true; rule: Rule } | { ok: false; refused: RefusedRule }

/** Reads one rule file's text; whatever is not fully understood is refused, never guessed at. */
export function parseRule(file: string, text: string, placeholders: Placeholders = {}): ParsedRule {
  const refuse = (reason: string): ParsedRule => ({
    ok: false,
    refused: { file, line: undefined, reason },
  })
  if (Buffer.byteLength(text) > TEXT_MAX_BYTES) return refuse('the rule is too long')
  const { documents, refused } = readDocuments(file, text)
  const [refusal] = refused
  if (refusal !== undefined) return { ok: false, refused: refusal }
  const [document] = documents
  if (document === undefined) return refuse('the file is no rule')
  if (documents.length > 1) return refuse('the file holds more than one rule')
  try {
    return { ok: true, rule: readRule(document, placeholders) }
  } catch (error) {
    return { ok: false, refused: refusedBy(document, error) }
  }
}

/**
 * Reads a base rule of our own streams.
 *
 * @throws RuleRefusal where it is not fully understood.
 */
export function readRule(source: SigmaDocument, placeholders: Placeholders): Rule {
  const kind = kindOf(source)
  if (kind !== 'rule') throw new RuleRefusal(`a ${kind} document is no base rule`, [kind])
  const checked = ruleDocument.safeParse(source.plain)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol')
    throw new RuleRefusal(`${path.join('.') || 'rule'}: ${issue?.message ?? 'bad shape'}`, path)
  }
  const document = checked.data
  const { service, category } = document.logsource
  const layers = category === undefined ? ALL_LAYERS : [category]
  const fieldOf = (name: string): Field => resolveField(name, service, layers)
  const detection = readDetection(document.detection, placeholders)
  requireFields(detection, service, fieldOf)
  const { tocsin, tags } = document
  return {
    ...detection,
    id: document.id,
    name: document.name,
    title: document.title,
    description: document.description,
    status: document.status,
    level: document.level,
    logsource: { product: 'tocsin', service, ...(category === undefined ? {} : { category }) },
    whyLevel: tocsin.why_level,
    whatToDo: tocsin.what_to_do,
    guide: tocsin.guide,
    suppress: at(['tocsin', 'suppress'], () => suppressionOf(tocsin.suppress, fieldOf)),
    needs: tocsin.needs,
    version: tocsin.version ?? versionOf(source.text),
    service,
    layers,
    category,
    claims: tocsin.claims,
    summary: at(['tocsin', 'summary'], () => parseSummary(tocsin.summary, fieldOf)),
    tags,
    atlas: idsOf(tags, 'atlas'),
    owasp: idsOf(tags, 'owasp'),
    falsepositives: document.falsepositives,
    tests: document.tests,
  }
}

/** Refuses a field that no record of the rule's stream can have. */
function requireFields(
  { selections }: Detection,
  service: string,
  fieldOf: (name: string) => Field,
): void {
  for (const [name, selection] of selections) {
    for (const item of selection.flat()) {
      const path = ['detection', name, ...(item.field === undefined ? [] : [item.field])]
      if (item.field === undefined && service !== 'event') {
        throw new RuleRefusal('keywords are for events: an observation holds no content', path)
      }
      at(path, () => namesOf(item).forEach(fieldOf))
    }
  }
}

function namesOf(item: Item): string[] {
  const others = item.groups.flat().flatMap((test) => (test.kind === 'reference' ? test.field : []))
  return item.field === undefined ? others : [item.field, ...others]
}

function suppressionOf(
  stated: RuleDocument['tocsin']['suppress'],
  fieldOf: (name: string) => Field,
): Suppression | undefined {
  if (stated === undefined) return undefined
  return { by: stated.by.map(fieldOf), windowUs: parseTimespan(stated.window) }
}

/** Plain text with `{field}` in it; only fields that are no content. */
function parseSummary(text: string, fieldOf: (name: string) => Field): SummaryTemplate {
  return text.split(/(\{[^{}]*\})/).map((piece) => {
    if (!piece.startsWith('{')) return piece
    const field = fieldOf(piece.slice(1, -1))
    if (!isPrintable(field)) throw new RuleRefusal(`a summary cannot hold "${field.name}"`)
    return field
  })
}

function idsOf(tags: readonly string[], namespace: string): string[] {
  const ids = tags.filter((tag) => tag.startsWith(`${namespace}.`))
  return [...new Set(ids.map((tag) => tag.slice(namespace.length + 1).toUpperCase()))].sort()
}

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, VERSION_HEX_LENGTH)
}
