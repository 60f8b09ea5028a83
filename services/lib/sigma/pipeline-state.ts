import { itemsOf } from './pipeline-detection.ts'
import type { Detection } from './pipeline-detection.ts'
import type { Regex, Replacement } from './pipeline-regex.ts'
import type { Step } from './pipeline-schema.ts'

/** A transformation ready for use. */
export type PipelineStep = {
  step: Step
  nested: readonly PipelineStep[]
  replacement: Replacement
  regexOf(pattern: string): Regex
}

/** A rule while its pipelines run; every part is a copy that may change. */
export type RuleState = {
  plain: Record<string, unknown>
  isCorrelation: boolean
  detections: Map<string, Detection>
  conditions: string[]
  /** What `set_state` has set. */
  values: Map<string, string | number | boolean>
  /** The ids of the pipeline items that were used on this rule. */
  appliedIds: Set<string>
  appliedIdsByField: Map<string, Set<string>>
  variables: Readonly<Record<string, unknown>>
  /** The rules a correlation refers to. */
  related: readonly Readonly<Record<string, unknown>>[]
}

/** The field names of all selections. */
export function fieldsOf(rule: RuleState): ReadonlySet<string> {
  const fields = [...rule.detections.values()].flatMap((detection) =>
    itemsOf(detection).flatMap((item) => item.field ?? []),
  )
  return new Set(fields)
}
