import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'

import { currentSchemas, incompatibility, schemaHistory } from './history.ts'

// `npm run schema:record`: writes each schema that changed as the next version of its history,
// unless it can no longer read an earlier one.
for (const [name, current] of currentSchemas()) {
  const history = schemaHistory(name)
  if (isDeepStrictEqual(history.at(-1), current)) continue
  for (const [index, earlier] of history.entries()) {
    const reason = incompatibility(current, earlier)
    assert(reason === undefined, `${name} cannot read its version ${index + 1}: ${reason}`)
  }
  const directory = new URL(`history/${name}/`, import.meta.url)
  mkdirSync(directory, { recursive: true })
  const version = `${history.length + 1}.avsc`
  writeFileSync(new URL(version, directory), `${JSON.stringify(current, null, 2)}\n`)
  console.log(`${name}: recorded as version ${history.length + 1}`)
}
