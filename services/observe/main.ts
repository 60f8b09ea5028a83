import { readFileSync } from 'node:fs'

import { parse } from 'yaml'

import { Fault } from '#domain/fault.ts'
import { EVENT_TOPICS } from '#domain/topics.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import type { StageDefinition } from '#runtime/stage-definition.ts'
import { readInventory, readObserveSettings } from './config.ts'
import { EMPTY_INVENTORY } from './inventory.ts'
import { createObserveCore } from './observe.ts'

/**
 * Wires `observe`: a task a lane.
 *
 * @throws Fault BAD_SETTINGS, also for an inventory that is none.
 */
export function observeStage(settings: Settings, environment: Environment): StageDefinition {
  const { inactivityGapUs, sessionsMaxCount, inventoryFile } = readObserveSettings(environment)
  const inventory =
    inventoryFile === undefined
      ? EMPTY_INVENTORY
      : readInventory(inventoryFile, parseYaml(inventoryFile))
  const hashKey = settings.TOCSIN_HASH_KEY ?? ''
  return {
    service: 'observe',
    writer: 'observe',
    mode: 'lanes',
    inputs: EVENT_TOPICS.map((topic) => ({ topic, waitsFor: 'collectors' as const })),
    broadcasts: [],
    outputs: ['observations.v1', 'activity.v1', 'sessions.v1'],
    alignmentMaxUs: settings.alignmentMaxUs,
    createCore: () => createObserveCore({ inactivityGapUs, sessionsMaxCount, inventory, hashKey }),
  }
}

function parseYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Fault('BAD_SETTINGS', `TOCSIN_INVENTORY ${file} cannot be read as YAML`, { cause })
  }
}
