import { parseCondition } from './condition.ts'
import type { Condition } from './condition.ts'
import type { SigmaDocument } from './documents.ts'
import { printCondition, replaceNames } from './pipeline-condition.ts'
import { isRecord, itemsOf, readDetection } from './pipeline-detection.ts'
import type { Detection } from './pipeline-detection.ts'
import { readSteps } from './pipeline-read.ts'
import type { PipelineStep, RuleState } from './pipeline-state.ts'
import { runSteps } from './pipeline-steps.ts'
import { writeSelection } from './pipeline-write.ts'
import { RuleRefusal } from './refusal.ts'

/** A rule document as plain YAML objects. */
export type PlainRule = Readonly<Record<string, unknown>>

/** Transformations of rules, read from one document in pySigma's format. */
export type Pipeline = {
  name: string
  /** Pipelines run from the lowest priority to the highest. */
  priority: number
  variables: Readonly<Record<string, unknown>>
  steps: readonly PipelineStep[]
  /** What of the document is of no use here, in sentences. */
  notes: readonly string[]
}

const MEMBERS: ReadonlySet<string> = new Set(['name', 'priority', 'vars', 'transformations'])
const NOTE_BY_MEMBER: ReadonlyMap<string, string> = new Map([
  ['allowed_backends', '"allowed_backends" is ignored: rules are run, not converted.'],
  ['postprocessing', '"postprocessing" is ignored: it changes query text, and there is none.'],
  ['finalizers', '"finalizers" are ignored: they write query files, and there are none.'],
])
/** Members of a detection that are no selections. */
const NOT_SELECTIONS: ReadonlySet<string> = new Set(['condition', 'timeframe'])
const NAME = /^[A-Za-z0-9_-]+$/

/**
 * Reads a processing pipeline in pySigma's YAML format.
 *
 * @throws RuleRefusal for a transformation or condition that is not understood, with its path.
 */
export function parsePipeline({ plain, file }: SigmaDocument): Pipeline {
  for (const member of Object.keys(plain)) {
    if (MEMBERS.has(member) || NOTE_BY_MEMBER.has(member)) continue
    throw new RuleRefusal(`a pipeline has no "${member}"`, [member])
  }
  const { name = file, priority = 0, vars = {}, transformations = [] } = plain
  if (typeof name !== 'string') throw new RuleRefusal('the name must be text', ['name'])
  if (typeof priority !== 'number' || !Number.isFinite(priority)) {
    throw new RuleRefusal('the priority must be a number', ['priority'])
  }
  if (!isRecord(vars)) throw new RuleRefusal('"vars" must be a map', ['vars'])
  const notes = [...NOTE_BY_MEMBER].flatMap(([member, note]) =>
    Object.hasOwn(plain, member) ? [note] : [],
  )
  return { name, priority, variables: vars, steps: readSteps(transformations ?? []), notes }
}

/**
 * The rule, or the correlation, as the pipelines leave it: from the lowest priority to the highest,
 * equal ones as given, with one state and all their variables between them (the last of a name
 * counts). `related` are the rules a correlation refers to, for conditions on their log source.
 * A rule nothing concerns is returned as it is; `plain` itself never changes.
 *
 * An item that is dropped counts neither way: what it leaves empty goes too, up to the selection,
 * which goes from the condition with its `not`, and from `1 of` and `all of`.
 *
 * @throws RuleRefusal where a transformation refuses the rule, or leaves nothing of its condition.
 */
export function applyPipelines(
  pipelines: readonly Pipeline[],
  plain: PlainRule,
  related: readonly PlainRule[] = [],
): PlainRule {
  const ordered = pipelines.toSorted((left, right) => left.priority - right.priority)
  const steps = ordered.flatMap((pipeline) => pipeline.steps)
  if (steps.length === 0) return plain
  const { detection } = plain
  const before = isRecord(detection) ? selectionsOf(detection) : new Map<string, Detection>()
  const rule: RuleState = {
    plain: { ...plain },
    isCorrelation: Object.hasOwn(plain, 'correlation'),
    detections: new Map(before),
    conditions: isRecord(detection) ? conditionsOf(detection['condition']) : [],
    values: new Map(),
    appliedIds: new Set(),
    appliedIdsByField: new Map(),
    variables: Object.assign(
      {},
      ...ordered.map((pipeline) => pipeline.variables),
    ) as object as Readonly<Record<string, unknown>>,
    related,
  }
  runSteps(steps, rule)
  if (isRecord(detection)) rule.plain['detection'] = written(detection, before, rule)
  return rule.plain
}

function selectionsOf(detection: PlainRule): Map<string, Detection> {
  const entries = Object.entries(detection).filter(([name]) => !NOT_SELECTIONS.has(name))
  return new Map(entries.map(([name, selection]) => [name, readDetection(selection)]))
}

function conditionsOf(condition: unknown): string[] {
  const conditions: readonly unknown[] = Array.isArray(condition) ? condition : [condition]
  return conditions.filter((one) => typeof one === 'string')
}

/** Selections nothing changed stay the very objects they were. */
function written(detection: PlainRule, before: Map<string, Detection>, rule: RuleState): PlainRule {
  const selections = new Map<string, unknown>()
  const replacements = new Map<string, Condition | undefined>()
  const isTaken = (name: string): boolean => rule.detections.has(name) || selections.has(name)
  for (const [name, after] of rule.detections) {
    if (itemsOf(after).length === 0 && after !== before.get(name)) replacements.set(name, undefined)
    else if (after === before.get(name)) selections.set(name, detection[name])
    else {
      const selection = writeSelection(name, after, isTaken)
      for (const [partName, part] of selection.selections) selections.set(partName, part)
      if (selection.condition.kind !== 'selection') replacements.set(name, selection.condition)
    }
  }
  const others = Object.entries(detection).filter(([name]) => name === 'timeframe')
  const conditions =
    replacements.size === 0 ? rule.conditions : rewritten(rule, replacements, selections)
  const [only] = conditions
  return Object.fromEntries([
    ...selections,
    ...others,
    ['condition', Array.isArray(detection['condition']) ? conditions : (only ?? null)],
  ])
}

function rewritten(
  rule: RuleState,
  replacements: ReadonlyMap<string, Condition | undefined>,
  selections: Map<string, unknown>,
): string[] {
  const replacementOf = (name: string): Condition | undefined =>
    replacements.has(name) ? replacements.get(name) : { kind: 'selection', name }
  const names = [...rule.detections.keys()]
  const conditions = rule.conditions.flatMap((text) => {
    const left = replaceNames(parseCondition(text, names), replacementOf)
    return left === undefined ? [] : [nameable(left, selections)]
  })
  if (conditions.length === 0) {
    throw new RuleRefusal('the pipelines leave nothing of the condition', [
      'detection',
      'condition',
    ])
  }
  return conditions.map(printCondition)
}

/** A name that only a pattern can catch (it has a dot, say) gets one that a condition can say. */
function nameable(condition: Condition, selections: Map<string, unknown>): Condition {
  const renamed = replaceNames(condition, (name) => {
    if (NAME.test(name)) return { kind: 'selection', name }
    let other = `_${name.replace(/[^A-Za-z0-9_-]/g, '_')}`
    while (selections.has(other) && selections.get(other) !== selections.get(name)) other += '_'
    selections.set(other, selections.get(name))
    return { kind: 'selection', name: other }
  })
  return renamed ?? condition
}
