import { readFileSync } from 'node:fs'

import { parse } from 'yaml'

import { Fault } from '#domain/fault.ts'
import type { Environment } from '#runtime/config.ts'
import { compileInventory, type IdentifyServer } from '../../collect/attribution/inventory.ts'
import { readCollectSettings, readServerInventory } from '../../collect/config.ts'

/**
 * How to tell whose a record is, by the inventory that TOCSIN_INVENTORY names; nobody's where none
 * is named.
 *
 * @throws Fault BAD_SETTINGS, also for an inventory that is none.
 */
export function knownServers(environment: Environment): IdentifyServer {
  const { inventoryFile: file } = readCollectSettings(environment)
  if (file === undefined) return compileInventory({})
  let document: unknown
  try {
    document = parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Fault('BAD_SETTINGS', `TOCSIN_INVENTORY ${file} cannot be read as YAML`, { cause })
  }
  return compileInventory(readServerInventory(file, document))
}
