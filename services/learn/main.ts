import type { Environment, Settings } from '#runtime/config.ts'
import type { StageDefinition, StageTopic, Writer } from '#runtime/stage-definition.ts'
import { readLearnSettings } from './config.ts'
import { createLearnCore } from './learn.ts'

/** Wires `learn`: single-active, over every agent. In a replay it hears of no cases. */
export function learnStage(settings: Settings, environment: Environment): StageDefinition {
  const observe: Writer = { name: 'observe', mode: 'lanes' }
  const correlate: Writer = { name: 'correlate', mode: 'single' }
  const respond: Writer = { name: 'respond', mode: 'single' }
  const cases: StageTopic = { topic: 'cases.v1', waitsFor: [respond] }
  const { epochUs, horizonUs } = settings
  const isLive = readLearnSettings(environment).TOCSIN_RESPOND === 'live'
  return {
    service: 'learn',
    writer: 'learn',
    mode: 'single',
    inputs: [
      { topic: 'sessions.v1', waitsFor: [observe] },
      { topic: 'incidents.v1', waitsFor: [correlate] },
      ...(isLive ? [cases] : []),
    ],
    broadcasts: [],
    outputs: ['baselines.v1'],
    createCore: () => createLearnCore({ epochUs, horizonUs }),
  }
}
