import { YAMLException, loadAll } from 'js-yaml'
import { LineCounter, isNode, parseAllDocuments } from 'yaml'
import { RuleRefusal } from './refusal.ts'
import type { RefusedRule } from './refusal.ts'

const TEXT_MAX_BYTES = 4 * 1024 * 1024
const ALIAS_MAX_COUNT = 100
const LINED_TEXT_MAX_LENGTH = 65_536
const DEPTH_MAX_COUNT = 64
const DOCUMENT_MAX_COUNT = 1000

/** One YAML document of a file: a base rule, a correlation or a filter, not yet checked. */
export type SigmaDocument = {
  file: string
  /** Its place among the file's documents, from 0. */
  index: number
  /** The text of the whole file. */
  text: string
  plain: Readonly<Record<string, unknown>>
}
export type DocumentKind = 'rule' | 'correlation' | 'filter'
export type ReadDocuments = { documents: SigmaDocument[]; refused: RefusedRule[] }

/** Reads the YAML documents of one file; empty ones are left out. */
export function readDocuments(file: string, text: string): ReadDocuments {
  const refuse = (reason: string, line?: number): ReadDocuments => ({
    documents: [],
    refused: [{ file, line, reason }],
  })
  if (text.length > TEXT_MAX_BYTES) return refuse('the file is too long')
  const all = loadDocuments(text)
  if (!Array.isArray(all)) return refuse(all.reason, all.line)
  if (all.length > DOCUMENT_MAX_COUNT) return refuse('the file has too many documents')
  const read: ReadDocuments = { documents: [], refused: [] }
  for (const [index, plain] of all.entries()) {
    if (plain === null || plain === undefined) continue
    if (isRecord(plain)) read.documents.push({ file, index, text, plain })
    else read.refused.push({ file, line: lineOf(text, index, []), reason: 'the file is no rule' })
  }
  return read
}

/** What a document is, by the member that only its kind has. */
export function kindOf({ plain }: SigmaDocument): DocumentKind {
  if (Object.hasOwn(plain, 'correlation')) return 'correlation'
  return Object.hasOwn(plain, 'filter') ? 'filter' : 'rule'
}

/** A refusal of a document, with the line its path leads to. Anything else is thrown on. */
export function refusedBy(document: SigmaDocument, refusal: unknown): RefusedRule {
  if (!(refusal instanceof RuleRefusal)) throw refusal
  const line = lineOf(document.text, document.index, refusal.path)
  return { file: document.file, line, reason: refusal.message }
}

function loadDocuments(text: string): unknown[] | { reason: string; line: number | undefined } {
  try {
    return loadAll(text, { maxAliases: ALIAS_MAX_COUNT, maxDepth: DEPTH_MAX_COUNT })
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const line = error.mark === undefined ? undefined : error.mark.line + 1
    return { reason: `not YAML: ${error.reason}`, line }
  }
}

/**
 * The line of a place in a document: the nearest node on the path that stands in the text. Not told
 * of long texts, which would have to be read once more.
 */
function lineOf(
  text: string,
  index: number,
  path: readonly (string | number)[],
): number | undefined {
  if (text.length > LINED_TEXT_MAX_LENGTH) return undefined
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  const document = Array.isArray(documents) ? documents[index] : undefined
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document?.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
