import { parseCorrelation } from '#sigma/correlation.ts'
import type { Correlation } from '#sigma/correlation.ts'
import { resolveCorrelations } from '#sigma/correlation-resolve.ts'
import type { ResolvedCorrelations } from '#sigma/correlation-resolve.ts'
import { kindOf, readDocuments, refusedBy } from '#sigma/documents.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import { guardExpressions } from './sigma/expression.ts'
import { parseRule } from './sigma/parse.ts'
import type { Rule } from './sigma/rule.ts'

/** A rule of our own streams with the document it stands in. */
export type PackRule = { rule: Rule; document: SigmaDocument }

/** Rules and correlations together, as they were read. */
export type Pack = {
  rules: readonly PackRule[]
  correlations: readonly Correlation[]
  resolved: ResolvedCorrelations
  /** In the order of the files; what only its references refuse stands behind. */
  refused: readonly RefusedRule[]
}

/** Reads a pack from its files, each with one base rule or with correlations; filters are let be. */
export function readPack(files: Iterable<{ file: string; text: string }>): Pack {
  guardExpressions()
  const rules: PackRule[] = []
  const correlations: Correlation[] = []
  const refused: RefusedRule[] = []
  for (const { file, text } of files) {
    const { documents, refused: unread } = readDocuments(file, text)
    const [document] = documents
    if (document === undefined || kindOf(document) === 'rule') {
      const parsed = parseRule(file, text)
      if (!parsed.ok) refused.push(parsed.refused)
      else if (document !== undefined) rules.push({ rule: parsed.rule, document })
      continue
    }
    refused.push(...unread)
    for (const one of documents) {
      if (kindOf(one) === 'filter') continue
      try {
        correlations.push(parseCorrelation(one))
      } catch (refusal) {
        refused.push(refusedBy(one, refusal))
      }
    }
  }
  const resolved = resolveCorrelations(
    correlations,
    rules.map(({ rule }) => rule),
  )
  return { rules, correlations, resolved, refused: [...refused, ...resolved.refused] }
}
