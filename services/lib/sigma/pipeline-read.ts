import type { z } from 'zod'
import { parseCondition } from './condition.ts'
import { isRecord } from './pipeline-detection.ts'
import { compileRegex, readReplacement } from './pipeline-regex.ts'
import type { Regex } from './pipeline-regex.ts'
import { stepSchemas } from './pipeline-schema.ts'
import type { Step } from './pipeline-schema.ts'
import type { PipelineStep } from './pipeline-state.ts'
import { settledValue } from './pipeline-values.ts'
import { RuleRefusal } from './refusal.ts'

const STEP_MAX_COUNT = 1000
const DEPTH_MAX_COUNT = 8

/** Why a known transformation is not run here. */
const REFUSED_BY_TYPE: ReadonlyMap<string, string> = new Map([
  ['query_expression_placeholders', 'it writes query text, and there is no query here'],
  ['field_name_transform', 'it needs a function of its own'],
  ['strict_field_mapping_failure', 'it needs the mappings of a query backend'],
])

type Path = readonly (string | number)[]

/**
 * Reads the transformations of a pipeline, and compiles their regular expressions.
 *
 * @throws RuleRefusal with the path from the document's root.
 */
export function readSteps(given: unknown, path: Path = ['transformations']): PipelineStep[] {
  return readList(given, path, regexCache(), 0)
}

function readList(
  given: unknown,
  path: Path,
  regexOf: (pattern: string) => Regex,
  depth: number,
): PipelineStep[] {
  if (!Array.isArray(given)) throw refusal('must be a list', path)
  if (given.length > STEP_MAX_COUNT) throw refusal('has too many transformations', path)
  if (depth > DEPTH_MAX_COUNT) throw refusal('is nested too deeply', path)
  return given.map((one: unknown, index): PipelineStep => {
    const here = [...path, index]
    const step = readStep(one, here)
    const nested =
      step.type === 'nest' ? readList(step.items, [...here, 'items'], regexOf, depth + 1) : []
    try {
      checkConditions(step)
      for (const pattern of patternsOf(step)) regexOf(pattern)
      if (step.type === 'set_value') settledValue(step)
      const replacement =
        step.type === 'replace_string' ? readReplacement(step.replacement, step.regex) : []
      return { step, nested, replacement, regexOf }
    } catch (reason) {
      if (!(reason instanceof RuleRefusal)) throw reason
      throw refusal(reason.message, here)
    }
  })
}

function readStep(given: unknown, path: Path): Step {
  const type = isRecord(given) ? given['type'] : undefined
  if (typeof type !== 'string') throw refusal('has no type', path)
  const why = REFUSED_BY_TYPE.get(type)
  if (why !== undefined) throw refusal(`"${type}" is not supported: ${why}`, path)
  if (!isStepType(type)) throw refusal(`there is no transformation "${type}"`, path)
  const schema: z.ZodType<Step> = stepSchemas[type]
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const inner = (issue?.path ?? []).map((key) => (typeof key === 'symbol' ? String(key) : key))
  throw refusal(issue?.message ?? 'is not understood', [...path, ...inner])
}

function isStepType(type: string): type is Step['type'] {
  return Object.hasOwn(stepSchemas, type)
}

/** An operator and an expression exclude each other, and an expression names every condition. */
function checkConditions(step: Step): void {
  checkExpression(step.rule_conditions, step.rule_cond_expr, step.rule_cond_op)
  checkExpression(
    step.detection_item_conditions,
    step.detection_item_cond_expr,
    step.detection_item_cond_op,
  )
  checkExpression(step.field_name_conditions, step.field_name_cond_expr, step.field_name_cond_op)
  const { include, exclude } = { include: undefined, exclude: undefined, ...step }
  if (include !== undefined && exclude !== undefined) {
    throw new RuleRefusal('"include" and "exclude" exclude each other')
  }
}

function checkExpression(
  conditions: Readonly<Record<string, unknown>>,
  expression: string | undefined,
  operator: string | undefined,
): void {
  if (expression === undefined) return
  if (operator !== undefined)
    throw new RuleRefusal('an operator and an expression exclude each other')
  const names = Object.keys(conditions)
  parseCondition(expression, names)
  const words = new Set(expression.split(/[\s()]+/))
  const unused = names.find((name) => !words.has(name))
  if (unused !== undefined) throw new RuleRefusal(`the expression leaves out "${unused}"`)
}

function patternsOf(step: Step): string[] {
  const items = Object.values(step.detection_item_conditions)
  const fields = Object.values(step.field_name_conditions)
  return [
    ...(step.type === 'replace_string' ? [step.regex] : []),
    ...items.flatMap((one) => (one.type === 'match_string' ? [one.pattern] : [])),
    ...fields.flatMap((one) => ('mode' in one && one.mode === 're' ? one.fields : [])),
  ]
}

function regexCache(): (pattern: string) => Regex {
  const regexes = new Map<string, Regex>()
  return (pattern) => {
    const regex = regexes.get(pattern) ?? compileRegex(pattern)
    regexes.set(pattern, regex)
    return regex
  }
}

function refusal(reason: string, path: Path): RuleRefusal {
  return new RuleRefusal(`${path.join('.')}: ${reason}`, path)
}
