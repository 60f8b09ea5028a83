import type { Settings } from '#runtime/config.ts'
import type { StageDefinition, Writer } from '#runtime/stage-definition.ts'
import { createLearnCore } from './learn.ts'

/** Wires `learn`: single-active, over every agent. */
export function learnStage(settings: Settings): StageDefinition {
  const observe: Writer = { name: 'observe', mode: 'lanes' }
  const correlate: Writer = { name: 'correlate', mode: 'single' }
  const { epochUs, horizonUs } = settings
  return {
    service: 'learn',
    writer: 'learn',
    mode: 'single',
    inputs: [
      { topic: 'sessions.v1', waitsFor: [observe] },
      { topic: 'incidents.v1', waitsFor: [correlate] },
    ],
    broadcasts: [],
    outputs: ['baselines.v1'],
    createCore: () => createLearnCore({ epochUs, horizonUs }),
  }
}
