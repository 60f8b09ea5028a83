import { Fault } from '#domain/fault.ts'
import { kindOf, readDocuments, refusedBy } from '#sigma/documents.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import { applyFilters, parseFilter } from '#sigma/filter.ts'
import type { SigmaFilter } from '#sigma/filter.ts'
import { applyPipelines, parsePipeline } from '#sigma/pipeline.ts'
import type { Pipeline } from '#sigma/pipeline.ts'
import type { RefusedRule } from '#sigma/refusal.ts'
import { loadSigma } from '../../detect/sigma/load.ts'
import type { LoadedSigma, LoadOptions, SigmaFile } from '../../detect/sigma/load.ts'
import { safeText } from '../terminal.ts'
import { readTextFile } from './rule-files.ts'

const LINE_MAX_CHARS = 600

/** A tree of any product, its filters and the given pipelines worked into its rules. */
export type SigmaTree = Pick<LoadedSigma, 'rules' | 'refused'> & {
  filters: readonly SigmaFilter[]
  correlations: readonly SigmaDocument[]
}

/**
 * Loads a tree: filters first, then pipelines, then the rules as they left them. `pipelines` change
 * no filter. A tree with filters is read twice.
 */
export function loadSigmaTree(
  files: readonly SigmaFile[],
  pipelines: readonly Pipeline[],
  options: Pick<LoadOptions, 'placeholders'> = {},
): SigmaTree {
  const load = (filters: readonly SigmaFilter[]): LoadedSigma =>
    loadSigma(files, {
      ...options,
      transform: (document) => {
        const { plain } = applyFilters(filters, document.plain)
        const changed = applyPipelines(pipelines, plain)
        return changed === document.plain ? document : { ...document, plain: changed }
      },
    })
  const first = load([])
  const { filters, refused } = filtersIn(first.others)
  const loaded = filters.length === 0 ? first : load(filters)
  return {
    rules: loaded.rules,
    refused: [...loaded.refused, ...refused].sort(byPlace),
    filters,
    correlations: loaded.others.filter((document) => kindOf(document) === 'correlation'),
  }
}

/**
 * Reads pipelines, one or more documents a file.
 *
 * @throws Fault INPUT_UNREADABLE, BAD_RULES where a document is no pipeline.
 */
export function readPipelines(paths: readonly string[]): Pipeline[] {
  return paths.flatMap((path) => {
    const { documents, refused } = readDocuments(path, readTextFile(path))
    const [bad] = refused
    if (bad !== undefined) throw new Fault('BAD_RULES', refusalLine(bad))
    if (documents.length === 0) throw new Fault('BAD_RULES', `${path} holds no pipeline`)
    return documents.map((document) => {
      try {
        return parsePipeline(document)
      } catch (refusal) {
        throw new Fault('BAD_RULES', refusalLine(refusedBy(document, refusal)))
      }
    })
  })
}

/** `file:line: reason`, as editors and people read it; what a file brings is made harmless. */
export function refusalLine({ file, line, reason }: RefusedRule): string {
  return safeText(`${file}:${line ?? 1}: ${reason}`, LINE_MAX_CHARS)
}

function filtersIn(documents: readonly SigmaDocument[]): {
  filters: SigmaFilter[]
  refused: RefusedRule[]
} {
  const filters: SigmaFilter[] = []
  const refused: RefusedRule[] = []
  for (const document of documents) {
    if (kindOf(document) !== 'filter') continue
    try {
      filters.push(parseFilter(document))
    } catch (refusal) {
      refused.push(refusedBy(document, refusal))
    }
  }
  return { filters, refused }
}

function byPlace(left: RefusedRule, right: RefusedRule): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1
  return (left.line ?? 0) - (right.line ?? 0)
}
