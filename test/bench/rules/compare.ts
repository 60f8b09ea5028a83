import { readFileSync } from 'node:fs'

/** Rule ids of two engines for each event of one file, side by side. */
export type Comparison = {
  linesCount: number
  /** Lines whose sets differ. */
  differingCount: number
  /** Differences by rule: which engine alone matched, how often, and the first lines (from 1). */
  rules: RuleDifference[]
}
type RuleDifference = {
  ruleId: string
  side: 'ours' | 'peer'
  count: number
  firstLines: number[]
  /** Why the two may differ; undefined where nobody has said so. */
  documented: string | undefined
}

/** Rules on whose meaning we differ from a peer, each with its reason. */
export type DocumentedDifferences = ReadonlyMap<string, string>

const FIRST_LINES_MAX = 5

/** Compares two files of match sets, a JSON array of rule ids a line. */
export function compareFiles(
  ours: string,
  peers: string,
  documented: DocumentedDifferences,
): Comparison {
  return compareMatches(matchSets(ours), matchSets(peers), documented)
}

/** Compares match sets event by event; ids may stand in any order and more than once. */
export function compareMatches(
  ours: readonly (readonly string[])[],
  peers: readonly (readonly string[])[],
  documented: DocumentedDifferences,
): Comparison {
  const rules = new Map<string, RuleDifference>()
  const note = (ruleId: string, side: RuleDifference['side'], line: number): void => {
    const key = `${side} ${ruleId}`
    const known = rules.get(key)
    const rule = known ?? {
      ruleId,
      side,
      count: 0,
      firstLines: [],
      documented: documented.get(ruleId),
    }
    rules.set(key, rule)
    rule.count += 1
    if (rule.firstLines.length < FIRST_LINES_MAX) rule.firstLines.push(line)
  }
  const linesCount = Math.max(ours.length, peers.length)
  let differingCount = 0
  for (let index = 0; index < linesCount; index += 1) {
    const [mine, theirs] = [ours[index] ?? [], peers[index] ?? []]
    const onlyOurs = without(mine, theirs)
    const onlyPeers = without(theirs, mine)
    if (onlyOurs.length + onlyPeers.length > 0) differingCount += 1
    for (const ruleId of onlyOurs) note(ruleId, 'ours', index + 1)
    for (const ruleId of onlyPeers) note(ruleId, 'peer', index + 1)
  }
  if (ours.length !== peers.length)
    note('(number of lines)', 'ours', Math.min(ours.length, peers.length))
  return { linesCount, differingCount, rules: [...rules.values()] }
}

/** True where every difference is one that is documented. */
export function isAsDocumented({ rules }: Comparison): boolean {
  return rules.every(({ documented }) => documented !== undefined)
}

function matchSets(path: string): string[][] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as string[])
}

/** What `all` holds more often than `others` does. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const id of others) counts.set(id, (counts.get(id) ?? 0) + 1)
  return all.filter((id) => {
    const left = counts.get(id) ?? 0
    if (left > 0) counts.set(id, left - 1)
    return left === 0
  })
}
