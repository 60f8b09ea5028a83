import { resolveCorrelations } from '#sigma/correlation-resolve.ts'
import { parseCorrelation } from '#sigma/correlation.ts'
import type { Correlation } from '#sigma/correlation.ts'
import { kindOf, readDocuments, refusedBy } from '#sigma/documents.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import type { Pipeline } from '#sigma/pipeline.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import type { SigmaFile } from '../../detect/sigma/load.ts'
import type { Placeholders } from '../../detect/sigma/placeholders.ts'
import type { LogSource } from '../../detect/sigma/sigma-rule.ts'
import { loadSigmaTree } from './sigma-tree.ts'

/** How many rules something concerns. */
export type Count = { name: string; count: number }

/** What of a tree can be run, and what cannot. Counts stand with the highest first. */
export type TreeReport = {
  filesCount: number
  rulesCount: number
  correlationsCount: number
  filtersCount: number
  refused: readonly RefusedRule[]
  /** Refusals alike but for names, numbers and the place in the document. */
  reasons: readonly Count[]
  modifiers: readonly Count[]
  logsources: readonly Count[]
}

/** Loads all of a tree, as `match` would, and looks at what it uses. */
export function reportOn(
  files: readonly SigmaFile[],
  pipelines: readonly Pipeline[],
  placeholders: Placeholders,
): TreeReport {
  const tree = loadSigmaTree(files, pipelines, { placeholders })
  const { correlations, refused: unread } = parsedCorrelations(tree.correlations)
  const resolved = resolveCorrelations(correlations, tree.rules)
  const refused = [...tree.refused, ...unread, ...resolved.refused]
  return {
    filesCount: files.length,
    rulesCount: tree.rules.length,
    correlationsCount: resolved.ordered.length,
    filtersCount: tree.filters.length,
    refused,
    reasons: counted(refused.map(({ reason }) => kindOfReason(reason))),
    modifiers: counted(files.flatMap(modifiersIn)),
    logsources: counted(tree.rules.map(({ logsource }) => textOf(logsource))),
  }
}

function parsedCorrelations(documents: readonly SigmaDocument[]): {
  correlations: Correlation[]
  refused: RefusedRule[]
} {
  const correlations: Correlation[] = []
  const refused: RefusedRule[] = []
  for (const document of documents) {
    try {
      correlations.push(parseCorrelation(document))
    } catch (refusal) {
      refused.push(refusedBy(document, refusal))
    }
  }
  return { correlations, refused }
}

/** The reason without the place before it, and without what differs from rule to rule. */
function kindOfReason(reason: string): string {
  return reason
    .replace(/^(?:detection|correlation|filter)\.\S*: /, '')
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\d+/g, '#')
}

/** The modifiers of every base rule of a file, each once a rule. */
function modifiersIn({ file, text }: SigmaFile): string[] {
  return readDocuments(file, text).documents.flatMap((document) => {
    if (kindOf(document) !== 'rule') return []
    const found = new Set<string>()
    collectModifiers(document.plain['detection'], found)
    return [...found]
  })
}

function collectModifiers(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) {
      const [, ...modifiers] = key.split('|')
      for (const modifier of modifiers) found.add(modifier)
    }
    collectModifiers(inner, found)
  }
}

function textOf({ product, category, service }: LogSource): string {
  const parts = Object.entries({ product, category, service })
  return parts.flatMap(([key, value]) => (value === undefined ? [] : `${key}=${value}`)).join(',')
}

function counted(names: readonly string[]): Count[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((left, right) => right.count - left.count || (left.name < right.name ? -1 : 1))
}
