/**
 * One regression tree. Node `n` splits on `feature[n]` at `threshold[n]`: at most the threshold
 * goes to `left[n]`, else to `right[n]`. A leaf has feature -1; `value[n]` is what a row that
 * stands in `n` would get (a leaf: what it gets), in log odds.
 */
export type Tree = {
  feature: readonly number[]
  threshold: readonly number[]
  left: readonly number[]
  right: readonly number[]
  value: readonly number[]
}

/** A sum of trees by member; the model's log odds are the mean of its members'. */
export type Forest = { bias: number; members: readonly (readonly Tree[])[] }

/** Log odds of a row: one number a feature, in the order the forest was made for. */
export function logOddsOf(forest: Forest, row: ArrayLike<number>): number {
  let sum = 0
  for (const trees of forest.members) for (const tree of trees) sum += leafValue(tree, row)
  return forest.bias + sum / Math.max(1, forest.members.length)
}

/** The probability that log odds stand for. */
export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

function leafValue(
  { feature, threshold, left, right, value }: Tree,
  row: ArrayLike<number>,
): number {
  let node = 0
  for (;;) {
    const split = feature[node] ?? -1
    if (split < 0) return value[node] ?? 0
    node = ((row[split] ?? 0) <= (threshold[node] ?? 0) ? left[node] : right[node]) ?? 0
  }
}

/**
 * What each feature adds to a row's log odds: along each path, the change of value at a split is
 * the split feature's (Saabas 2014, "Interpreting random forests"). With the bias and the trees'
 * root values they sum to the log odds.
 */
export function contributionsOf(
  forest: Forest,
  row: ArrayLike<number>,
  featureCount: number,
): Float64Array {
  const sums = new Float64Array(featureCount)
  for (const trees of forest.members) for (const tree of trees) addContributions(sums, tree, row)
  const memberCount = Math.max(1, forest.members.length)
  return sums.map((sum) => sum / memberCount)
}

function addContributions(sums: Float64Array, tree: Tree, row: ArrayLike<number>): void {
  let node = 0
  for (;;) {
    const split = tree.feature[node] ?? -1
    if (split < 0) return
    const isLeft = (row[split] ?? 0) <= (tree.threshold[node] ?? 0)
    const next = (isLeft ? tree.left[node] : tree.right[node]) ?? 0
    sums[split] = (sums[split] ?? 0) + (tree.value[next] ?? 0) - (tree.value[node] ?? 0)
    node = next
  }
}
