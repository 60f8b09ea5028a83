import type { Correlation } from '#sigma/correlation.ts'
import type { SigmaDocument } from '#sigma/documents.ts'
import type { Pack, PackRule } from '../pack/pack.ts'
import type { GuideStep } from '../pack/rule.ts'

/** What base rules and correlations alike must say of themselves. */
export type Linted = {
  document: SigmaDocument
  id: string | undefined
  name: string | undefined
  title: string
  description: string | undefined
  level: string | undefined
  whyLevel: string | undefined
  whatToDo: string | undefined
  summary: string | undefined
  guide: readonly GuideStep[]
  falsepositives: readonly string[]
  tags: readonly string[]
  /** Names of the fields by which hits are suppressed. */
  suppressBy: readonly string[]
  needs: readonly string[]
  tests: readonly { why: string; fires: boolean }[]
}

/** Every document of a pack that can be read, by what it says. */
export function lintedOf({ rules, correlations }: Pack): Linted[] {
  return [...rules.map(ofRule), ...correlations.map(ofCorrelation)]
}

function ofRule({ rule, document }: PackRule): Linted {
  const { id, name, title, description, level, whyLevel, whatToDo, guide, tags } = rule
  const pieces = rule.summary.map((piece) => (typeof piece === 'string' ? piece : piece.name))
  return {
    document,
    id,
    name,
    title,
    description,
    level,
    whyLevel,
    whatToDo,
    guide,
    tags,
    summary: pieces.join(''),
    falsepositives: rule.falsepositives,
    suppressBy: rule.suppress?.by.map((field) => field.name) ?? [],
    needs: rule.needs,
    tests: rule.tests,
  }
}

function ofCorrelation(correlation: Correlation): Linted {
  const { document, name, title, description, level, tags, tocsin } = correlation
  const { id } = document.plain
  return {
    document,
    name,
    title,
    description,
    level,
    tags,
    id: typeof id === 'string' ? id : undefined,
    whyLevel: tocsin?.why_level,
    whatToDo: tocsin?.what_to_do,
    summary: tocsin?.summary,
    guide: tocsin?.guide ?? [],
    falsepositives: correlation.falsepositives,
    suppressBy: tocsin?.suppress?.by ?? [],
    needs: tocsin?.needs ?? [],
    tests: correlation.tests,
  }
}
