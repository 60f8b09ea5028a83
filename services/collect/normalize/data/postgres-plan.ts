import type { DataEvent } from '#domain/records/index.ts'
import { isObject, type JsonObject } from '#domain/json-form.ts'
import { amountOf, textOf } from '../log-fields.ts'

/** What auto_explain tells of one statement that ran. */
export type Plan = {
  action: DataEvent['action']
  text: string
  /** The tables it touched; null where there are none or the plan is no JSON. */
  objects: string[] | null
  rows: number | null
}

/** Reads what stands behind `plan:`, as JSON or as text; undefined of any other form. */
export function planOf(body: string): Plan | undefined {
  if (body.startsWith('{')) return jsonPlan(body)
  return body.startsWith(QUERY_TEXT) ? textPlan(body.slice(QUERY_TEXT.length)) : undefined
}

const QUERY_TEXT = 'Query Text: '
const NODES_MAX_COUNT = 1_000
const OBJECTS_MAX_COUNT = 64
/** The first line of a node: children are indented. */
const ROOT = /^[A-Z][A-Za-z ]{2,60}.{0,400} {2}\(cost=\d/gm
const ROWS = /\(actual (?:time=\S{1,60} )?rows=(\d{1,15})(?:\.\d\d)? loops=1\)/
const CHANGES: ReadonlyMap<string, DataEvent['action']> = new Map([
  ['insert', 'insert'],
  ['update', 'update'],
  ['delete', 'delete'],
  ['merge', 'update'],
])

function jsonPlan(body: string): Plan | undefined {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return undefined
  }
  const root = isObject(json) ? json['Plan'] : undefined
  if (!isObject(json) || !isObject(root) || typeof json['Query Text'] !== 'string') return undefined
  const nodes = nodesOf(root)
  const operation = textOf(root['Operation'])?.toLowerCase() ?? ''
  const change = root['Node Type'] === 'ModifyTable' ? CHANGES.get(operation) : undefined
  const counted = change === undefined ? root : nodes[1]
  const objects = nodes.map(relationOf).filter((name) => name !== undefined)
  return {
    action: change ?? 'select',
    text: json['Query Text'],
    objects: objects.length === 0 ? null : [...new Set(objects)].slice(0, OBJECTS_MAX_COUNT),
    rows: counted === undefined ? null : rowsOf(counted),
  }
}

/** A node and all below it, breadth first. */
function nodesOf(root: JsonObject): JsonObject[] {
  const nodes = [root]
  for (let at = 0; at < nodes.length && nodes.length < NODES_MAX_COUNT; at += 1) {
    const below = nodes[at]?.['Plans']
    if (Array.isArray(below)) nodes.push(...below.slice(0, NODES_MAX_COUNT).filter(isObject))
  }
  return nodes
}

function relationOf(node: JsonObject): string | undefined {
  const name = textOf(node['Relation Name'], 256)
  const schema = textOf(node['Schema'], 256)
  if (name === null) return undefined
  return schema === null ? name : `${schema}.${name}`
}

function rowsOf(node: JsonObject): number | null {
  const [rows, loops] = [amountOf(node['Actual Rows']), amountOf(node['Actual Loops'])]
  const all = rows === null ? null : Math.round(rows * (loops ?? 1))
  return all !== null && Number.isSafeInteger(all) ? all : null
}

/**
 * Where text ends and plan begins is told by the first line of the plan alone. A query may hold
 * such a line itself: where there are two, nobody knows which is the server's, and rows are
 * unknown.
 */
function textPlan(body: string): Plan | undefined {
  const roots = [...body.slice(0, BODY_MAX_LENGTH).matchAll(ROOT)]
  const [first] = roots
  if (first === undefined) return undefined
  const isPlain = roots.length === 1
  const end = body.indexOf('\n', first.index)
  const line = body.slice(first.index, end < 0 ? undefined : end)
  const [verb = ''] = line.toLowerCase().split(' ', 1)
  const change = CHANGES.get(verb)
  const counted = isPlain && change === undefined ? ROWS.exec(line)?.[1] : undefined
  return {
    action: isPlain ? (change ?? 'select') : 'other',
    text: body.slice(0, Math.max(0, first.index - 1)),
    objects: null,
    rows: counted === undefined ? null : Number(counted),
  }
}

const BODY_MAX_LENGTH = 1_048_576
