import { seededRandom } from '#domain/seeded-random.ts'
import { binned } from './bins.ts'
import { growTree } from './grow.ts'
import { merged, type Merged } from './merge.ts'
import { probabilityOf, type Forest, type Tree } from './trees.ts'

/** Labelled rows: one number a feature; a label of 0 or 1, a weight above 0. */
export type Examples = {
  rows: readonly Float32Array[]
  labels: Uint8Array
  weights: Float64Array
}

/** How a forest is grown. `signs[feature]`: +1 never lowers the odds, -1 never raises, 0: free. */
export type Recipe = {
  signs: readonly number[]
  memberCount: number
  treesPerMember: number
  depth: number
  rate: number
  /** Rows a leaf holds at least. */
  leafMinCount: number
  /** Ridge on leaf values. */
  ridge: number
  /** Share of the features that a member may use. */
  featureShare: number
  /** Share of its member's features that a tree may use. */
  treeFeatureShare: number
  seed: number
}

/**
 * Gradient-boosted trees on log loss (Friedman 2001; second-order gains as in Chen & Guestrin 2016,
 * "XGBoost", eq. 7), with signs kept by bounding the leaves on both sides of a split. Members
 * differ in the features they may use, and their trees again (Ho 1998, "The random subspace method
 * for constructing decision forests"): what one feature tells by chance of the tools trained on
 * weighs less. Deterministic: the same examples and recipe give the same forest.
 */
export function boost(examples: Examples, recipe: Recipe): Forest {
  const { rows, labels, weights } = examples
  const known = merged(binned(rows, recipe.signs.length), labels, weights)
  const bias = baseLogOdds(examples)
  const members: Tree[][] = []
  const all = recipe.signs.map((_, feature) => feature)
  for (let member = 0; member < recipe.memberCount; member += 1) {
    const random = seededRandom(recipe.seed + member)
    const features = someOf(all, recipe.featureShare, random)
    members.push(boostMember(known, { bias, recipe, random, features }))
  }
  return { bias, members }
}

type Member = {
  bias: number
  recipe: Recipe
  random: () => number
  features: readonly number[]
}

function boostMember(
  { data, labels, weights, counts }: Merged,
  { bias, recipe, random, features }: Member,
): Tree[] {
  const scores = new Float64Array(data.rowCount).fill(bias)
  const gradients = new Float64Array(data.rowCount)
  const curvatures = new Float64Array(data.rowCount)
  const trees: Tree[] = []
  for (let round = 0; round < recipe.treesPerMember; round += 1) {
    for (let row = 0; row < data.rowCount; row += 1) {
      const probability = probabilityOf(scores[row] ?? 0)
      const weight = weights[row] ?? 0
      gradients[row] = weight * ((labels[row] ?? 0) - probability)
      curvatures[row] = weight * probability * (1 - probability)
    }
    const { tree, leafOfRow } = growTree(data, {
      gradients,
      curvatures,
      counts,
      features: someOf(features, recipe.treeFeatureShare, random),
      recipe,
    })
    trees.push(tree)
    for (let row = 0; row < data.rowCount; row += 1) {
      scores[row] = (scores[row] ?? 0) + (tree.value[leafOfRow[row] ?? 0] ?? 0)
    }
  }
  return trees
}

function baseLogOdds({ labels, weights }: Examples): number {
  let positive = 0
  let total = 0
  labels.forEach((label, row) => {
    total += weights[row] ?? 0
    if (label === 1) positive += weights[row] ?? 0
  })
  const share = Math.min(Math.max(positive / Math.max(total, 1), 1e-4), 1 - 1e-4)
  return Math.log(share / (1 - share))
}

/** A share of the features by lot, in their order. */
function someOf(features: readonly number[], share: number, random: () => number): number[] {
  const lots = features.map((feature) => ({ feature, key: random() }))
  const count = Math.max(1, Math.round(features.length * share))
  const chosen = lots.sort((one, other) => one.key - other.key).slice(0, count)
  return chosen.map(({ feature }) => feature).sort((one, other) => one - other)
}
