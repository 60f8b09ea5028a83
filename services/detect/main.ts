import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { loadSchemas } from '#adapters/avro/schemas.ts'
import { readPackFiles, readPlaceholders } from '#adapters/rules/files.ts'
import { readModelFile } from '#adapters/rules/model-file.ts'
import { BASELINE_FORMAT_VERSION } from '#domain/baseline-form.ts'
import { Fault } from '#domain/fault.ts'
import { compileJsonForm } from '#domain/json-form.ts'
import type { Baseline } from '#domain/records/index.ts'
import { EVENT_TOPICS } from '#domain/topics.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import type { StageDefinition, Writer } from '#runtime/stage-definition.ts'
import { readDetectSettings } from './config.ts'
import { createDetectCore, topicsReadBy, type DetectOptions } from './detect.ts'
import { compileRuleSet } from './pack/rule-set.ts'
import { createRuleTimeline, type RuleTimeline } from './pack/rule-timeline.ts'
import { readModel } from './model/model-file.ts'
import { guardExpressions } from './sigma/expression.ts'

/**
 * Wires `detect`: a task a lane; without state but for the baselines it hears.
 *
 * @throws Fault BAD_RULES naming every refused rule; INPUT_UNREADABLE for a file of baselines or
 * a model.
 */
export function detectStage(settings: Settings, environment: Environment): StageDefinition {
  const { layers, writer, baselinesFile, baselinesEpochsFile, modelFile } =
    readDetectSettings(environment)
  const timeline = openTimeline(settings)
  const layerSet = layers === 'all' ? layers : new Set(layers)
  const pinned = baselinesFile === undefined ? undefined : pinnedBaselines(baselinesFile)
  const recorded =
    baselinesEpochsFile === undefined ? undefined : readBaselines(baselinesEpochsFile)
  const options: DetectOptions = {
    timeline,
    layers: layerSet,
    epochUs: settings.epochUs,
    model: readModelFile(modelFile, readModel),
    ...(pinned === undefined ? {} : { pinnedBaselines: pinned }),
    ...(recorded === undefined ? {} : { recordedBaselines: recorded }),
  }
  const observe: Writer = { name: 'observe', mode: 'lanes' }
  return {
    service: 'detect',
    writer,
    mode: 'lanes',
    inputs: [
      ...EVENT_TOPICS.map((topic) => ({ topic, waitsFor: 'collectors' as const })),
      { topic: 'observations.v1', waitsFor: [observe] },
    ],
    broadcasts: ['rules.v1', ...(isLearningOff(environment) ? [] : (['baselines.v1'] as const))],
    outputs: ['alerts.v1', 'matches.v1'],
    createCore: () => createDetectCore(options),
    ignores: (topic) =>
      timeline.ends().every(({ compiled }) => !topicsReadBy(compiled, layerSet).includes(topic)),
  }
}

/** Whether this run judges with baselines it was given, so that nothing is learned. */
export function isLearningOff(environment: Environment): boolean {
  const { baselinesFile, baselinesEpochsFile } = readDetectSettings(environment)
  return baselinesFile !== undefined || baselinesEpochsFile !== undefined
}

function openTimeline(settings: Settings): RuleTimeline {
  guardExpressions()
  const files = readPackFiles(settings.TOCSIN_RULES_DIR)
  const placeholders = readPlaceholders(settings.TOCSIN_PLACEHOLDERS)
  const rules = compileRuleSet(files, { placeholders })
  if (rules.refused.length > 0) {
    const reasons = rules.refused.map(({ file, line, reason }) => `${file}:${line ?? 1}: ${reason}`)
    const place = settings.TOCSIN_RULES_DIR ?? 'the bundled pack'
    throw new Fault('BAD_RULES', `Refused rules in ${place}: ${reasons.join('; ')}`)
  }
  return createRuleTimeline(files, rules, placeholders)
}

function pinnedBaselines(file: string): { hash: string; baselines: Baseline[] } {
  const newest = new Map<string, Baseline>()
  for (const baseline of readBaselines(file)) {
    if (baseline.kind === 'marker') continue
    const key = JSON.stringify([baseline.tenant_id, baseline.agent_id, baseline.measure])
    if ((newest.get(key)?.epoch ?? -Infinity) <= baseline.epoch) newest.set(key, baseline)
  }
  const hash = createHash('sha256').update(readText(file)).digest('hex')
  return { hash, baselines: [...newest.values()] }
}

function readBaselines(file: string): Baseline[] {
  const form = compileJsonForm<Baseline>(loadSchemas().get('baselines.v1') ?? {})
  const lines = readText(file).split('\n')
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return []
    const parsed = parse(line)
    const read = form.fromJson(parsed)
    const place = `${file}:${index + 1}`
    if (!read.ok) {
      throw new Fault('INPUT_UNREADABLE', `${place} is no baseline: ${read.reason} ${read.field}`)
    }
    if (read.value.format_version > BASELINE_FORMAT_VERSION) {
      const format = `format ${read.value.format_version}`
      throw new Fault(
        'INPUT_UNREADABLE',
        `${place} is a baseline of ${format}, made by a later release`,
      )
    }
    return [read.value]
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Fault('INPUT_UNREADABLE', `Cannot read the baselines in ${file}`, { cause })
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
