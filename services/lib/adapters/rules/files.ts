import { readFileSync, readdirSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '#domain/fault.ts'
import { readDocuments } from '#sigma/documents.ts'
import type { RuleFile } from '#sigma/pack-documents.ts'

const FILES_MAX_COUNT = 20_000

const BUNDLED_DIRECTORIES = [
  fileURLToPath(new URL('../../../detect/rules/', import.meta.url)),
  fileURLToPath(new URL('../../../correlate/sequences/', import.meta.url)),
]

/**
 * The files of the pack that a pipeline runs: of a directory where one is set, else the bundled
 * rules and correlations. Their names are part of the pack's version.
 *
 * @throws Fault BAD_RULES
 */
export function readPackFiles(directory: string | undefined): RuleFile[] {
  return readRuleFiles(directory === undefined ? BUNDLED_DIRECTORIES : [directory])
}

/**
 * Reads every `.yml` and `.yaml` under some directories, each in the order of their paths. A file
 * is named by its directory and the path below it.
 *
 * @throws Fault BAD_RULES where one cannot be read, or there are too many files.
 */
export function readRuleFiles(directories: readonly string[]): RuleFile[] {
  const files = directories.flatMap((directory) => {
    const paths = pathsUnder(directory)
    const prefix = directories.length === 1 ? '' : `${basename(directory)}/`
    return paths.map((path) => ({ file: prefix + path, text: readText(join(directory, path)) }))
  })
  if (files.length > FILES_MAX_COUNT) {
    throw new Fault('BAD_RULES', `There are more than ${FILES_MAX_COUNT} rule files`)
  }
  return files
}

/**
 * Reads a YAML file of placeholders: a name and the list of what it stands for. Without a path
 * there are none.
 *
 * @throws Fault BAD_RULES for a file that cannot be read or says something else.
 */
export function readPlaceholders(path: string | undefined): Record<string, (string | number)[]> {
  if (path === undefined) return {}
  const [document] = readDocuments(path, readText(path)).documents
  const entries = Object.entries(document?.plain ?? {})
  const read = entries.map(([name, value]): [string, (string | number)[]] => {
    const values: unknown[] = Array.isArray(value) ? value : [value]
    return [name, values.filter((one) => typeof one === 'string' || typeof one === 'number')]
  })
  if (read.length === 0 || read.some(([, values]) => values.length === 0)) {
    throw new Fault('BAD_RULES', `${path} names no placeholder with its values`)
  }
  return Object.fromEntries(read)
}

function pathsUnder(directory: string): string[] {
  try {
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    const files = names.filter((name) => name.endsWith('.yml') || name.endsWith('.yaml'))
    return files.map((name) => name.split(sep).join('/')).sort()
  } catch (cause) {
    throw new Fault('BAD_RULES', `Could not read the rules in ${directory}`, { cause })
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Fault('BAD_RULES', `Could not read the rule ${path}`, { cause })
  }
}
