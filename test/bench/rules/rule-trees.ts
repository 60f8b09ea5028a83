import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

import { readDocuments } from '#sigma/documents.ts'
import { unpackArchive } from '../../support/archive.ts'
import { cloneOf } from './rule-clones.ts'

/** A folder of rules that engines are measured with. */
export type RuleTree = { name: string; directory: string; filesCount: number }

export type RuleFile = { file: string; text: string }

const SHARED_DIRECTORY = resolve(process.env['TOCSIN_SHARED_DIR'] ?? '../shared')
const SHARED_RULES = join(SHARED_DIRECTORY, 'conformance', 'sigma', 'sigmahq-rules.tar.gz')
/** The part of the shared tree that is rules for every day. */
const DAILY_FOLDER = 'rules'

/**
 * The trees to measure: what the operator gave, or the everyday rules of the shared tree and then
 * all of it. Undefined where the shared tree is absent. Archives are unpacked into `directory`.
 */
export function ruleTrees(given: string | undefined, directory: string): RuleTree[] | undefined {
  if (given !== undefined) return [treeOf('the rules given', unpacked(given, directory))]
  if (!existsSync(SHARED_RULES)) return undefined
  const all = unpacked(SHARED_RULES, directory)
  return [treeOf('the rules under rules/', join(all, DAILY_FOLDER)), treeOf('all rules', all)]
}

/** The rule files of a tree, in the order of their paths. */
export function readRules(directory: string): RuleFile[] {
  return rulePaths(directory).map((path) => ({
    file: relative(directory, path),
    text: readFileSync(path, 'utf8'),
  }))
}

/**
 * Writes a tree of exactly `count` rules: evenly spaced ones of `tree`, and where it has too few,
 * clones that differ from them in their literals, ids and titles.
 */
export function writeTreeOf(count: number, tree: RuleTree, directory: string): RuleTree {
  const target = join(directory, `rules-${count}`)
  mkdirSync(target)
  const files = readRules(tree.directory)
  for (let index = 0; index < count; index += 1) {
    const round = Math.floor(index / files.length)
    const inRound = Math.min(count - round * files.length, files.length)
    const place = Math.floor(((index % files.length) * files.length) / inRound)
    const source = files[place]
    if (source === undefined) continue
    const plain = readDocuments(source.file, source.text).documents[0]?.plain ?? {}
    const text = round === 0 ? source.text : JSON.stringify(cloneOf(plain, round))
    writeFileSync(join(target, `${String(index).padStart(6, '0')}.yml`), text)
  }
  return treeOf(`${count.toLocaleString('en')} rules`, target)
}

function treeOf(name: string, directory: string): RuleTree {
  return { name, directory, filesCount: rulePaths(directory).length }
}

function rulePaths(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(directory, name))
    .sort()
}

function unpacked(path: string, directory: string): string {
  if (statSync(path).isDirectory()) return resolve(path)
  const target = join(directory, 'unpacked-rules')
  mkdirSync(target)
  unpackArchive(path, target)
  return target
}
