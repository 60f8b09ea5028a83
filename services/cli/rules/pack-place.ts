import { isAbsolute, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import { readPlaceholders } from '#adapters/rules/files.ts'
import { Fault } from '#domain/fault.ts'
import { readSettings, type Environment } from '#runtime/config.ts'
import { readPack, type Pack } from '../../detect/pack/pack.ts'
import { guardExpressions } from '../../detect/sigma/expression.ts'
import type { Placeholders } from '../../detect/sigma/placeholders.ts'
import { readRuleFiles } from './rule-files.ts'
import { refusalLine } from './sigma-tree.ts'

const BUNDLED_RULES = fileURLToPath(new URL('../../detect/rules/', import.meta.url))
const BUNDLED_SEQUENCES = fileURLToPath(new URL('../../correlate/sequences/', import.meta.url))

/**
 * Reads the pack of these folders together; of none: the bundled one, its rules and correlations.
 *
 * @throws Fault INPUT_UNREADABLE
 */
export function readPackAt(paths: readonly string[], placeholders: Placeholders = {}): Pack {
  guardExpressions()
  const places = paths.length === 0 ? [BUNDLED_RULES, BUNDLED_SEQUENCES] : paths
  const files = places.flatMap((place) => readRuleFiles(shortest(place)))
  return readPack(files, placeholders)
}

/**
 * The pack that the pipeline runs: of the directory its settings name, else the bundled one.
 *
 * @throws Fault INPUT_UNREADABLE; BAD_RULES where a rule is refused.
 */
export function readLivePack(environment: Environment): Pack {
  const { TOCSIN_RULES_DIR: directory, TOCSIN_PLACEHOLDERS: path } = readSettings(environment)
  const places = directory === undefined ? [] : [directory]
  return withoutRefusals(readPackAt(places, readPlaceholders(path)))
}

/** The pack as it is, where nothing of it is refused. @throws Fault BAD_RULES */
export function withoutRefusals(pack: Pack): Pack {
  const [first, ...more] = pack.refused
  if (first === undefined) return pack
  const others = more.length === 0 ? '' : `, and ${more.length} more; see \`tocsin rules check\``
  throw new Fault('BAD_RULES', `A rule is refused: ${refusalLine(first)}${others}`)
}

/** A path as a person below it would type it. */
function shortest(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}
