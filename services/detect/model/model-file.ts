import { z } from 'zod'
import { CONTEST_FEATURES } from '#domain/contest.ts'
import type { Forest, Tree } from './trees.ts'

/** A model of followed instructions as it stands in its file. */
export type FollowedModel = {
  forest: Forest
  /** From this probability on a call is said to follow an instruction. */
  followedMin: number
  /** From this one on it names the instruction that it may follow. */
  suspectedMin: number
  /** What it was made from: name, SHA-256 and weight of each pack, its calls and followed ones. */
  packs: readonly TrainedPack[]
}

type TrainedPack = {
  name: string
  sha256: string
  weight: number
  calls: number
  followed: number
}

const FORMAT = 1
const TREES_MAX_COUNT = 4096
const NODES_MAX_COUNT = 512
const DECIMALS = 1e4

const NODE = z.tuple([z.int(), z.number(), z.int(), z.int(), z.number()])
const PACK = z.object({
  name: z.string(),
  sha256: z.string(),
  weight: z.number().gt(0),
  calls: z.int(),
  followed: z.int(),
})
const MODEL = z.object({
  format: z.literal(FORMAT),
  packs: z.array(PACK),
  features: z.array(z.string()),
  followed_min: z.number().gt(0).lt(1),
  suspected_min: z.number().gt(0).lt(1),
  bias: z.number(),
  members: z.array(z.array(z.array(NODE).min(1).max(NODES_MAX_COUNT)).max(TREES_MAX_COUNT)),
})

/**
 * Reads a model. Its features must be those that observations carry, in their order; a node may
 * only lead on to later ones, so that every walk ends.
 *
 * @throws RangeError where it is no such model, saying what is wrong.
 */
export function readModel(json: unknown): FollowedModel {
  const read = MODEL.safeParse(json)
  if (!read.success)
    throw new RangeError(`no model of format ${FORMAT}: ${z.prettifyError(read.error)}`)
  const { features, bias, members, followed_min, suspected_min, packs } = read.data
  if (features.join() !== CONTEST_FEATURES.join()) {
    throw new RangeError('its features are not those that observations carry; train it again')
  }
  return {
    forest: { bias, members: members.map((trees) => trees.map(treeOf)) },
    followedMin: followed_min,
    suspectedMin: suspected_min,
    packs,
  }
}

/** The text of a model's file: a tree a line, numbers of four decimals. */
export function writeModel(model: FollowedModel): string {
  const { forest, followedMin, suspectedMin, packs } = model
  const head = {
    format: FORMAT,
    packs,
    features: CONTEST_FEATURES,
    followed_min: followedMin,
    suspected_min: suspectedMin,
    bias: rounded(forest.bias),
  }
  const members = forest.members.map((trees) => `[\n${trees.map(treeLine).join(',\n')}\n]`)
  return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "members": [${members.join(',')}]\n}\n`
}

function treeLine({ feature, threshold, left, right, value }: Tree): string {
  const nodes = feature.map((split, node) => [
    split,
    rounded(threshold[node] ?? 0),
    left[node] ?? -1,
    right[node] ?? -1,
    rounded(value[node] ?? 0),
  ])
  return JSON.stringify(nodes)
}

function treeOf(nodes: readonly z.infer<typeof NODE>[]): Tree {
  nodes.forEach(([feature, , left, right], node) => {
    const isLeaf = feature < 0
    const leadsOn = left > node && right > node && left < nodes.length && right < nodes.length
    if (!isLeaf && (!leadsOn || feature >= CONTEST_FEATURES.length)) {
      throw new RangeError(`node ${node} of a tree leads nowhere`)
    }
  })
  return {
    feature: nodes.map(([feature]) => feature),
    threshold: nodes.map(([, threshold]) => threshold),
    left: nodes.map(([, , left]) => left),
    right: nodes.map(([, , , right]) => right),
    value: nodes.map(([, , , , value]) => value),
  }
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS
}
