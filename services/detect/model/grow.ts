import type { Binned } from './bins.ts'
import type { Recipe } from './boost.ts'
import type { Tree } from './trees.ts'

/** What a tree is fitted to: sums by row, and the features it may split on. */
export type Target = {
  gradients: Float64Array
  curvatures: Float64Array
  /** How many examples a row stands for. */
  counts: Int32Array
  features: readonly number[]
  recipe: Recipe
}

export type Grown = { tree: Tree; leafOfRow: Int32Array }

type Sums = { gradient: number; curvature: number; count: number }
/** A node whose rows are `order[from..to)`; leaf values below it stay within its bounds. */
type Open = Sums & {
  node: number
  from: number
  to: number
  low: number
  high: number
  depth: number
}
type Split = { feature: number; bin: number; gain: number; left: Sums; right: Sums }

/** Gains below this are noise of the arithmetic. */
const GAIN_MIN = 1e-6

type Growing = {
  data: Binned
  target: Target
  order: Int32Array
  feature: number[]
  threshold: number[]
  left: number[]
  right: number[]
  value: number[]
}

/** Grows one tree to the recipe's depth, the best split of each node first. */
export function growTree(data: Binned, target: Target): Grown {
  const order = Int32Array.from({ length: data.rowCount }, (_, row) => row)
  const growing: Growing = {
    data,
    target,
    order,
    feature: [],
    threshold: [],
    left: [],
    right: [],
    value: [],
  }
  const root = sumsOf(growing, 0, data.rowCount)
  const open: Open[] = [
    {
      ...root,
      node: addNode(growing, root, -Infinity, Infinity),
      from: 0,
      to: data.rowCount,
      low: -Infinity,
      high: Infinity,
      depth: 0,
    },
  ]
  const leafOfRow = new Int32Array(data.rowCount)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const split = next.depth < target.recipe.depth ? bestSplit(growing, next) : undefined
    if (split === undefined) {
      for (let at = next.from; at < next.to; at += 1) leafOfRow[order[at] ?? 0] = next.node
    } else open.push(...splitNode(growing, next, split))
  }
  const { feature, threshold, left, right, value } = growing
  return { tree: { feature, threshold, left, right, value }, leafOfRow }
}

function addNode(growing: Growing, sums: Sums, low: number, high: number): number {
  const { rate } = growing.target.recipe
  growing.feature.push(-1)
  growing.threshold.push(0)
  growing.left.push(-1)
  growing.right.push(-1)
  growing.value.push(clipped(stepOf(growing, sums), low, high) * rate)
  return growing.value.length - 1
}

function splitNode(growing: Growing, open: Open, split: Split): Open[] {
  const { feature, bin, left, right } = split
  const { data, target } = growing
  const middle = partition(growing, open, feature, bin)
  const sign = target.recipe.signs[feature] ?? 0
  const leftStep = clipped(stepOf(growing, left), open.low, open.high)
  const rightStep = clipped(stepOf(growing, right), open.low, open.high)
  const between = (leftStep + rightStep) / 2
  const leftBounds =
    sign === 0
      ? open
      : sign > 0
        ? { low: open.low, high: between }
        : { low: between, high: open.high }
  const rightBounds =
    sign === 0
      ? open
      : sign > 0
        ? { low: between, high: open.high }
        : { low: open.low, high: between }
  const leftNode = addNode(growing, left, leftBounds.low, leftBounds.high)
  const rightNode = addNode(growing, right, rightBounds.low, rightBounds.high)
  growing.feature[open.node] = feature
  growing.threshold[open.node] = data.edges[feature]?.[bin] ?? 0
  growing.left[open.node] = leftNode
  growing.right[open.node] = rightNode
  const depth = open.depth + 1
  return [
    {
      ...left,
      node: leftNode,
      from: open.from,
      to: middle,
      low: leftBounds.low,
      high: leftBounds.high,
      depth,
    },
    {
      ...right,
      node: rightNode,
      from: middle,
      to: open.to,
      low: rightBounds.low,
      high: rightBounds.high,
      depth,
    },
  ]
}

/** Rows of bins up to and with `bin` first, both sides in their order; returns where they meet. */
function partition(
  { data, order }: Growing,
  { from, to }: Open,
  feature: number,
  bin: number,
): number {
  const codes = data.codes[feature] ?? new Uint8Array(0)
  const kept: number[] = []
  let at = from
  for (let index = from; index < to; index += 1) {
    const row = order[index] ?? 0
    if ((codes[row] ?? 0) <= bin) {
      order[at] = row
      at += 1
    } else kept.push(row)
  }
  order.set(kept, at)
  return at
}

function bestSplit(growing: Growing, open: Open): Split | undefined {
  let best: Split | undefined
  for (const feature of growing.target.features) {
    const split = bestOfFeature(growing, open, feature)
    if (split !== undefined && split.gain > (best?.gain ?? GAIN_MIN)) best = split
  }
  return best
}

function bestOfFeature(growing: Growing, open: Open, feature: number): Split | undefined {
  const { data, target, order } = growing
  const { gradients, curvatures, counts, recipe } = target
  const codes = data.codes[feature]
  const binCount = (data.edges[feature]?.length ?? 0) + 1
  if (codes === undefined || binCount < 2) return undefined
  const gradient = new Float64Array(binCount)
  const curvature = new Float64Array(binCount)
  const count = new Int32Array(binCount)
  for (let index = open.from; index < open.to; index += 1) {
    const row = order[index] ?? 0
    const code = codes[row] ?? 0
    gradient[code] = (gradient[code] ?? 0) + (gradients[row] ?? 0)
    curvature[code] = (curvature[code] ?? 0) + (curvatures[row] ?? 0)
    count[code] = (count[code] ?? 0) + (counts[row] ?? 0)
  }
  let best: Split | undefined
  const left = { gradient: 0, curvature: 0, count: 0 }
  const whole = worthOf(growing, open)
  for (let bin = 0; bin < binCount - 1; bin += 1) {
    left.gradient += gradient[bin] ?? 0
    left.curvature += curvature[bin] ?? 0
    left.count += count[bin] ?? 0
    if (left.count < recipe.leafMinCount) continue
    const right = {
      gradient: open.gradient - left.gradient,
      curvature: open.curvature - left.curvature,
      count: open.count - left.count,
    }
    if (right.count < recipe.leafMinCount) break
    if (breaksSign(growing, open, recipe.signs[feature] ?? 0, left, right)) continue
    const gain = worthOf(growing, left) + worthOf(growing, right) - whole
    if (gain > (best?.gain ?? GAIN_MIN)) best = { feature, bin, gain, left: { ...left }, right }
  }
  return best
}

function breaksSign(growing: Growing, open: Open, sign: number, left: Sums, right: Sums): boolean {
  if (sign === 0) return false
  const leftStep = clipped(stepOf(growing, left), open.low, open.high)
  const rightStep = clipped(stepOf(growing, right), open.low, open.high)
  return (rightStep - leftStep) * sign < 0
}

/** Newton's step for these rows. */
function stepOf({ target }: Growing, { gradient, curvature }: Sums): number {
  return gradient / (curvature + target.recipe.ridge)
}

function worthOf({ target }: Growing, { gradient, curvature }: Sums): number {
  return (gradient * gradient) / (curvature + target.recipe.ridge)
}

function clipped(step: number, low: number, high: number): number {
  return Math.min(Math.max(step, low), high)
}

function sumsOf({ target, order }: Growing, from: number, to: number): Sums {
  const sums = { gradient: 0, curvature: 0, count: 0 }
  for (let index = from; index < to; index += 1) {
    sums.count += target.counts[order[index] ?? 0] ?? 0
    sums.gradient += target.gradients[order[index] ?? 0] ?? 0
    sums.curvature += target.curvatures[order[index] ?? 0] ?? 0
  }
  return sums
}
