import type { Environment, Settings } from '#runtime/config.ts'
import type { StageDefinition } from '#runtime/stage-definition.ts'
import { correlateStage } from '../correlate/main.ts'
import { detectStage, isLearningOff } from '../detect/main.ts'
import { exportStage } from '../export/main.ts'
import { learnStage } from '../learn/main.ts'
import { observeStage } from '../observe/main.ts'
import { respondStage } from '../respond/main.ts'

export const STAGE_NAMES = ['observe', 'detect', 'correlate', 'learn', 'respond', 'export'] as const
export type StageName = (typeof STAGE_NAMES)[number]

/**
 * The stages of these names, wired.
 *
 * @throws Fault BAD_SETTINGS, BAD_RULES.
 */
export function defineStages(
  names: readonly StageName[],
  settings: Settings,
  environment: Environment,
): StageDefinition[] {
  const makers: Record<StageName, () => StageDefinition> = {
    observe: () => observeStage(settings, environment),
    detect: () => detectStage(settings, environment),
    correlate: () => correlateStage(settings, environment),
    learn: () => learnStage(settings, environment),
    respond: () => respondStage(settings, environment),
    export: () => exportStage(environment),
  }
  const isLearning = !isLearningOff(environment)
  const defined = names.filter((name) => name !== 'learn' || isLearning)
  return defined.map((name) => makers[name]())
}
