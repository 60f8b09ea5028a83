import type { Environment, Settings } from '#runtime/config.ts'
import type { StageDefinition, Writer } from '#runtime/stage-definition.ts'
import { readCorrelateSettings } from './config.ts'
import { createCorrelateCore } from './correlate.ts'

/** Wires `correlate`: single-active, over every lane. */
export function correlateStage(settings: Settings, environment: Environment): StageDefinition {
  const { detectWriters, sessionsMaxCount } = readCorrelateSettings(environment)
  const detect = detectWriters.map((name): Writer => ({ name, mode: 'lanes' }))
  const observe: Writer = { name: 'observe', mode: 'lanes' }
  const { horizonUs } = settings
  return {
    service: 'correlate',
    writer: 'correlate',
    mode: 'single',
    inputs: [
      { topic: 'alerts.v1', waitsFor: detect },
      { topic: 'activity.v1', waitsFor: [observe] },
      { topic: 'cases.v1', waitsFor: 'nobody' },
    ],
    broadcasts: [],
    outputs: ['incidents.v1'],
    createCore: () => createCorrelateCore({ horizonUs, sessionsMaxCount }),
  }
}
