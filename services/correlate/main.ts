import { readPackFiles } from '#adapters/rules/files.ts'
import { Fault } from '#domain/fault.ts'
import { resolveCorrelations } from '#sigma/correlation-resolve.ts'
import { packDocuments, packVersionOf } from '#sigma/pack-documents.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import type { StageDefinition, Writer } from '#runtime/stage-definition.ts'
import { readCorrelateSettings } from './config.ts'
import { createCorrelateCore, type CorrelateOptions } from './correlate.ts'

/** Wires `correlate`: single-active, over every lane. */
export function correlateStage(settings: Settings, environment: Environment): StageDefinition {
  const { detectWriters, sessionsMaxCount } = readCorrelateSettings(environment)
  const { sequences, packVersion } = openSequences(settings)
  const detect = detectWriters.map((name): Writer => ({ name, mode: 'lanes' }))
  const observe: Writer = { name: 'observe', mode: 'lanes' }
  const { horizonUs } = settings
  return {
    service: 'correlate',
    writer: 'correlate',
    mode: 'single',
    inputs: [
      { topic: 'alerts.v1', waitsFor: detect },
      { topic: 'matches.v1', waitsFor: detect },
      { topic: 'activity.v1', waitsFor: [observe] },
      { topic: 'cases.v1', waitsFor: 'nobody' },
      { topic: 'incidents.v1', waitsFor: 'itself' },
    ],
    broadcasts: [],
    outputs: ['incidents.v1', 'alerts.v1'],
    createCore: () => createCorrelateCore({ horizonUs, sessionsMaxCount, sequences, packVersion }),
  }
}

/** The correlations of the pack. What `detect` refuses in it, `detect` says. */
function openSequences(settings: Settings): Pick<CorrelateOptions, 'sequences' | 'packVersion'> {
  const files = readPackFiles(settings.TOCSIN_RULES_DIR)
  const { rules, correlations } = packDocuments(files)
  const base = rules.flatMap(({ plain }) => {
    const { id, name } = plain
    return typeof id === 'string' ? [{ id, name: typeof name === 'string' ? name : undefined }] : []
  })
  const { ordered, refused } = resolveCorrelations(correlations, base)
  if (refused.length > 0) {
    const reasons = refused.map(({ file, line, reason }) => `${file}:${line ?? 1}: ${reason}`)
    throw new Fault('BAD_RULES', `Refused correlations: ${reasons.join('; ')}`)
  }
  return { sequences: ordered, packVersion: packVersionOf(files, new Set()) }
}
