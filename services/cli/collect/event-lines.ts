import type { LayerEvent } from '../../collect/normalize/event.ts'
import { formOf } from '../json-lines.ts'

/** An event as a line of contract.md's JSON, without its end. */
export function eventLine({ topic, layer, event }: LayerEvent): string {
  const json = formOf(topic).toJson(event)
  return JSON.stringify({ layer, ...json })
}
