import { createHash } from 'node:crypto'
import { LineCounter, isNode, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { parseCondition } from '#sigma/condition.ts'
import { ALL_LAYERS, ruleDocument } from './document.ts'
import type { RuleDocument } from './document.ts'
import { isPrintable, resolveField } from './fields.ts'
import { parseItem } from './modifiers.ts'
import { RuleRefusal } from '#sigma/refusal.ts'
import type { Field, Rule, Selection, SummaryTemplate } from './rule.ts'

const TEXT_MAX_BYTES = 65_536
const ALIAS_MAX_COUNT = 100
const VERSION_HEX_LENGTH = 12

/** Why a file holds no rule this engine runs; `line` counts from 1. */
export type RefusedRule = { file: string; line: number | undefined; reason: string }
export type ParsedRule = { ok: true; rule: Rule } | { ok: false; refused: RefusedRule }

/** Reads one rule file's text; whatever is not fully understood is refused, never guessed at. */
export function parseRule(file: string, text: string): ParsedRule {
  const refuse = (reason: string, line?: number): ParsedRule => ({
    ok: false,
    refused: { file, line, reason },
  })
  if (Buffer.byteLength(text) > TEXT_MAX_BYTES) return refuse('the rule is too long')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    return refuse(`not YAML: ${error.code}`, lines.linePos(error.pos[0]).line)
  }
  try {
    return { ok: true, rule: readRule(plainOf(document), text) }
  } catch (refusal) {
    if (!(refusal instanceof RuleRefusal)) throw refusal
    return refuse(refusal.message, lineOf(document, refusal.path, lines))
  }
}

function plainOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIAS_MAX_COUNT })
  } catch {
    throw new RuleRefusal('the rule has too many aliases, or one without its anchor')
  }
}

function readRule(plain: unknown, text: string): Rule {
  refuseOtherDocuments(plain)
  const checked = ruleDocument.safeParse(plain)
  if (!checked.success) {
    const [issue] = checked.error.issues
    const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol')
    throw new RuleRefusal(`${path.join('.') || 'rule'}: ${issue?.message ?? 'bad shape'}`, path)
  }
  const document = checked.data
  const { service, category } = document.logsource
  const layers = category === undefined ? ALL_LAYERS : [category]
  const fieldOf = (name: string): Field => resolveField(name, service, layers)
  const selections = readSelections(document.detection, fieldOf)
  const { tocsin, tags } = document
  return {
    id: document.id,
    name: document.name,
    title: document.title,
    description: document.description,
    status: document.status,
    level: document.level,
    whyLevel: tocsin.why_level,
    whatToDo: tocsin.what_to_do,
    version: tocsin.version ?? versionOf(text),
    service,
    layers,
    category,
    selections,
    condition: at(['detection', 'condition'], () =>
      parseCondition(conditionOf(document.detection), [...selections.keys()]),
    ),
    claims: tocsin.claims,
    summary: at(['tocsin', 'summary'], () => parseSummary(tocsin.summary, fieldOf)),
    tags,
    atlas: idsOf(tags, 'atlas'),
    owasp: idsOf(tags, 'owasp'),
    falsepositives: document.falsepositives,
    tests: document.tests,
  }
}

function refuseOtherDocuments(plain: unknown): void {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    throw new RuleRefusal('the file is no rule')
  }
  if (Object.hasOwn(plain, 'correlation')) {
    throw new RuleRefusal('correlation documents are not supported here', ['correlation'])
  }
  if (Object.hasOwn(plain, 'filter')) {
    throw new RuleRefusal('filter documents are not supported', ['filter'])
  }
}

function readSelections(
  detection: RuleDocument['detection'],
  fieldOf: (name: string) => Field,
): Map<string, Selection> {
  const selections = new Map<string, Selection>()
  for (const [name, value] of Object.entries(detection)) {
    if (name === 'condition') continue
    if (name === 'timeframe') {
      throw new RuleRefusal('"timeframe" is not supported', ['detection', name])
    }
    selections.set(name, readSelection(value, ['detection', name], fieldOf))
  }
  if (selections.size === 0) throw new RuleRefusal('there is no selection', ['detection'])
  return selections
}

function readSelection(
  value: unknown,
  path: readonly (string | number)[],
  fieldOf: (name: string) => Field,
): Selection {
  const isList = Array.isArray(value)
  const maps: readonly unknown[] = isList ? value : [value]
  if (maps.length === 0) throw new RuleRefusal('the selection is empty', path)
  return maps.map((map, index) => {
    const mapPath = isList ? [...path, index] : path
    if (typeof map !== 'object' || map === null || Array.isArray(map)) {
      throw new RuleRefusal('keywords without a field are not supported', mapPath)
    }
    const entries = Object.entries(map)
    if (entries.length === 0) throw new RuleRefusal('the selection is empty', mapPath)
    return entries.map(([key, item]) => at([...mapPath, key], () => parseItem(key, item, fieldOf)))
  })
}

function conditionOf(detection: RuleDocument['detection']): string | readonly string[] {
  const condition: unknown = detection['condition']
  if (typeof condition === 'string') return condition
  if (Array.isArray(condition) && condition.length > 0) {
    const texts: readonly unknown[] = condition
    if (texts.every((one) => typeof one === 'string')) return texts
  }
  throw new RuleRefusal('a condition is text, or a list of texts')
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

/** Runs `read`; its refusal gets the place it happened at. */
function at<T>(path: readonly (string | number)[], read: () => T): T {
  try {
    return read()
  } catch (refusal) {
    if (!(refusal instanceof RuleRefusal)) throw refusal
    throw new RuleRefusal(`${path.join('.')}: ${refusal.message}`, path)
  }
}

function lineOf(
  document: Document,
  path: readonly (string | number)[],
  lines: LineCounter,
): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}

function idsOf(tags: readonly string[], namespace: string): string[] {
  const ids = tags.filter((tag) => tag.startsWith(`${namespace}.`))
  return [...new Set(ids.map((tag) => tag.slice(namespace.length + 1).toUpperCase()))].sort()
}

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, VERSION_HEX_LENGTH)
}
