import { kindOf, readDocuments, refusedBy } from '#sigma/documents.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import { guardExpressions } from './expression.ts'
import type { Placeholders } from './placeholders.ts'
import { readSigmaRule } from './sigma-rule.ts'
import type { SigmaRule } from './sigma-rule.ts'

export type SigmaFile = { file: string; text: string }
/** A tree of Sigma files as it was read. */
export type LoadedSigma = {
  rules: readonly SigmaRule[]
  /** Documents that are no base rules: correlations and filters. */
  others: readonly SigmaDocument[]
  refused: readonly RefusedRule[]
}
export type LoadOptions = {
  placeholders?: Placeholders
  /** Changes a document before it is read. */
  transform?: (document: SigmaDocument) => SigmaDocument
}

/** Reads every base rule of some files of any Sigma tree. */
export function loadSigma(files: Iterable<SigmaFile>, options: LoadOptions = {}): LoadedSigma {
  guardExpressions()
  const { placeholders = {}, transform = (document: SigmaDocument) => document } = options
  const loaded = {
    rules: [] as SigmaRule[],
    others: [] as SigmaDocument[],
    refused: [] as RefusedRule[],
  }
  for (const { file, text } of files) {
    const { documents, refused } = readDocuments(file, text)
    loaded.refused.push(...refused)
    for (const document of documents) {
      if (kindOf(document) !== 'rule') {
        loaded.others.push(document)
        continue
      }
      try {
        loaded.rules.push(readSigmaRule(transform(document), placeholders))
      } catch (refusal) {
        loaded.refused.push(refusedBy(document, refusal))
      }
    }
  }
  return loaded
}
