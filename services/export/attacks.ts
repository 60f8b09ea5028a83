import { tagMeaning } from '#sigma/taxonomy.ts'
import type { Technique } from './ocsf.ts'

/** The release of MITRE ATLAS that our names are of. */
const ATLAS_VERSION = '5.6.0'
const TECHNIQUE = /^(AML\.T\d{4})(?:\.\d{3})?$/

/** ATLAS ids as OCSF has them, each once, sorted. What others call a technique is left out. */
export function attacksOf(ids: readonly string[]): Technique[] {
  return [...new Set(ids)].sort().flatMap((id) => {
    const parent = TECHNIQUE.exec(id)?.[1]
    if (parent === undefined) return []
    const name = nameOf(id)
    const parentName = nameOf(parent) ?? (parent === id ? undefined : name?.split(': ', 1)[0])
    const technique = { uid: parent, ...(parentName !== undefined && { name: parentName }) }
    if (parent === id) return [{ version: ATLAS_VERSION, technique }]
    const sub_technique = { uid: id, ...(name !== undefined && { name }) }
    return [{ version: ATLAS_VERSION, technique, sub_technique }]
  })
}

function nameOf(id: string): string | undefined {
  return tagMeaning(`atlas.${id.toLowerCase()}`)
}
