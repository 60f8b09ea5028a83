import type { DocumentedDifferences } from './compare.ts'

/**
 * Rules (by id) that we and rsigma-eval may judge differently, and why we are right to. Whatever
 * differs and does not stand here fails the bench.
 */
export const DOCUMENTED_DIFFERENCES: DocumentedDifferences = new Map<string, string>()
