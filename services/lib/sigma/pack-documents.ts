import { createHash } from 'node:crypto'
import { parseCorrelation } from './correlation.ts'
import type { Correlation } from './correlation.ts'
import { kindOf, readDocuments, refusedBy } from './documents.ts'
import type { SigmaDocument } from './documents.ts'
import { parseFilter } from './filter.ts'
import type { SigmaFilter } from './filter.ts'
import type { RefusedRule } from './refusal.ts'

const VERSION_HEX_LENGTH = 16

/** One file of a pack: its name in messages, and what it says. */
export type RuleFile = { file: string; text: string }

/** The documents of a pack by kind; base rules are not looked into yet. */
export type PackDocuments = {
  rules: readonly SigmaDocument[]
  correlations: readonly Correlation[]
  filters: readonly SigmaFilter[]
  refused: readonly RefusedRule[]
}

/** Reads the files of a pack. What is refused leaves the others as they are. */
export function packDocuments(files: Iterable<RuleFile>): PackDocuments {
  const rules: SigmaDocument[] = []
  const correlations: Correlation[] = []
  const filters: SigmaFilter[] = []
  const refused: RefusedRule[] = []
  for (const { file, text } of files) {
    const read = readDocuments(file, text)
    refused.push(...read.refused)
    for (const document of read.documents) {
      try {
        const kind = kindOf(document)
        if (kind === 'rule') rules.push(document)
        else if (kind === 'filter') filters.push(parseFilter(document))
        else correlations.push(parseCorrelation(document))
      } catch (refusal) {
        refused.push(refusedBy(document, refusal))
      }
    }
  }
  return { rules, correlations, filters, refused }
}

/** A hash of every file's name and text, in whatever order, and of the ids that are staged. */
export function packVersionOf(files: readonly RuleFile[], stagedIds: ReadonlySet<string>): string {
  const hash = createHash('sha256').update([...stagedIds].sort().join('\n'))
  const sorted = [...files].sort((left, right) => (left.file < right.file ? -1 : 1))
  for (const { file, text } of sorted) {
    hash.update(`${file}\0${Buffer.byteLength(text)}\0`).update(text)
  }
  return hash.digest('hex').slice(0, VERSION_HEX_LENGTH)
}
