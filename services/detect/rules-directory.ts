import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { Fault } from '#domain/fault.ts'
import { guardExpressions } from './sigma/expression.ts'
import { parseRule } from './sigma/parse.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import type { Rule } from './sigma/rule.ts'

const RULES_MAX_COUNT = 20_000

/** A directory of rules as it was read; `packVersion` is a hash of every file's path and text. */
export type RulePack = {
  rules: readonly Rule[]
  refused: readonly RefusedRule[]
  packVersion: string
}

/**
 * Reads every `.yml` under a directory, in the order of their paths. A file that is no rule, is not
 * named for its rule, or repeats an id or a name is refused; the others stand.
 *
 * @throws Fault BAD_RULES where the directory cannot be read, or has too many files.
 */
export function loadRules(directory: string): RulePack {
  guardExpressions()
  const files = rulePathsUnder(directory)
  const hash = createHash('sha256')
  const rules: Rule[] = []
  const refused: RefusedRule[] = []
  const taken = new Set<string>()
  for (const file of files) {
    const text = readText(join(directory, file))
    hash.update(`${file}\0${Buffer.byteLength(text)}\0`).update(text)
    const parsed = parseRule(file, text)
    const reason = parsed.ok ? misplaced(file, parsed.rule, taken) : undefined
    if (!parsed.ok) refused.push(parsed.refused)
    else if (reason !== undefined) refused.push({ file, line: undefined, reason })
    else {
      taken.add(parsed.rule.id).add(parsed.rule.name)
      rules.push(parsed.rule)
    }
  }
  return { rules, refused, packVersion: hash.digest('hex').slice(0, 16) }
}

function rulePathsUnder(directory: string): string[] {
  let names: string[]
  try {
    names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  } catch (cause) {
    throw new Fault('BAD_RULES', `Could not read the rules in ${directory}`, { cause })
  }
  const files = names.filter((name) => name.endsWith('.yml') || name.endsWith('.yaml'))
  if (files.length > RULES_MAX_COUNT) {
    throw new Fault('BAD_RULES', `${directory} holds more than ${RULES_MAX_COUNT} rules`)
  }
  return files.map((name) => name.split(sep).join('/')).sort()
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Fault('BAD_RULES', `Could not read the rule ${path}`, { cause })
  }
}

function misplaced(file: string, rule: Rule, taken: ReadonlySet<string>): string | undefined {
  if (basename(file).replace(/\.ya?ml$/, '') !== rule.name) {
    return `the file is not named for its rule, ${rule.name}`
  }
  if (taken.has(rule.id)) return 'another rule has this id'
  if (taken.has(rule.name)) return 'another rule has this name'
  return undefined
}
