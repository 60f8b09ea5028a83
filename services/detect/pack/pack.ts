import { resolveCorrelations } from '#sigma/correlation-resolve.ts'
import type { ResolvedCorrelations } from '#sigma/correlation-resolve.ts'
import type { Correlation } from '#sigma/correlation.ts'
import { refusedBy } from '#sigma/documents.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import { applyFilters } from '#sigma/filter.ts'
import type { SigmaFilter } from '#sigma/filter.ts'
import { packDocuments } from '#sigma/pack-documents.ts'
import type { RuleFile } from '#sigma/pack-documents.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import { readRule } from './parse.ts'
import type { Placeholders } from '../sigma/placeholders.ts'
import type { Rule } from './rule.ts'

/** A base rule, with what its file says. */
export type PackRule = { rule: Rule; document: SigmaDocument }

/** A pack as it was read: base rules narrowed by its filters, exceptions, correlations. */
export type Pack = {
  rules: readonly PackRule[]
  filters: readonly SigmaFilter[]
  correlations: readonly Correlation[]
  resolved: ResolvedCorrelations
  refused: readonly RefusedRule[]
}

/**
 * Reads a pack. A document that is refused, or not named for its rule, or repeats an id or a name
 * is left out; the others stand.
 */
export function readPack(files: Iterable<RuleFile>, placeholders: Placeholders = {}): Pack {
  const documents = packDocuments(files)
  const refused = [...documents.refused]
  const rules: PackRule[] = []
  const taken = new Set<string>()
  for (const document of documents.rules) {
    try {
      const { plain } = applyFilters(documents.filters, document.plain)
      const rule = readRule({ ...document, plain }, placeholders)
      const reason = misplaced(document.file, rule, taken)
      if (reason === undefined) {
        taken.add(rule.id).add(rule.name)
        rules.push({ rule, document })
      } else refused.push({ file: document.file, line: undefined, reason })
    } catch (refusal) {
      refused.push(refusedBy(document, refusal))
    }
  }
  const { correlations, filters } = documents
  const resolved = resolveCorrelations(
    correlations,
    rules.map(({ rule }) => rule),
  )
  return { rules, filters, correlations, resolved, refused: [...refused, ...resolved.refused] }
}

function misplaced(file: string, rule: Rule, taken: ReadonlySet<string>): string | undefined {
  const ownName = file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')
  if (ownName !== rule.name) {
    return `the file is not named for its rule, ${rule.name}`
  }
  if (taken.has(rule.id)) return 'another rule has this id'
  return taken.has(rule.name) ? 'another rule has this name' : undefined
}
