import type { ReaderList } from './reader-list.ts'

/** One line of `EXPLAIN AST`: how deep, what kind of node, and the rest of the line. */
type Node = { depth: number; kind: string; rest: string }

/** Kinds of nodes a reader's statement may be made of; what is not here is refused. */
const KINDS = new Set(
  (
    'SelectWithUnionQuery SelectIntersectExceptQuery SelectQuery DescribeQuery Subquery ' +
    'ExpressionList Function Identifier TableIdentifier Literal Asterisk QualifiedAsterisk ' +
    'ColumnsTransformerList ColumnsExceptTransformer ColumnsRegexpMatcher ColumnsListMatcher ' +
    'WithElement TablesInSelectQuery TablesInSelectQueryElement TableExpression TableJoin ' +
    'ArrayJoin OrderByElement WindowDefinition WindowListElement InterpolateElement SampleRatio'
  ).split(' '),
)
/** Functions whose second argument names a table where it is a bare identifier. */
const MEMBERSHIP = /^(global)?(not)?(null)?in$/i
const LITERAL = /'(?:[^'\\]|\\.)*'/gs
const SIMPLE_NAME = /^[A-Za-z_]\w*$/

/** Tables beside the evidence; a WITH of that name would hide which of the two is meant. */
const RESERVED = /^(?:log_\w+|migrations|analyst_tenants)$/

/** Why a reader may not run a statement, in words without the statement's own. */
export type Refusal =
  | 'only one SELECT, WITH, DESCRIBE, SHOW or EXISTS'
  | 'INTO OUTFILE'
  | 'SETTINGS'
  | 'PREWHERE'
  | 'a table that is not evidence'
  | 'a function that is not on the list'
  | 'a form that is not on the list'

/** SHOW and EXISTS: their syntax trees hide what they filter by, so only these exact forms pass. */
const LIST = String.raw`SHOW (?:DATABASES|TABLES(?: FROM (?<database>\w+))?)`
const ONE = String.raw`(?:EXISTS|SHOW CREATE)(?: TABLE| VIEW)? (?<table>\w+(?:\.\w+)?)`
const SHOW = new RegExp(String.raw`^(?:${LIST}|${ONE})(?: FORMAT \w+)?$`)

/** Judges a SHOW or EXISTS by its formatted text; `other` where it is another statement. */
export function judgeShow(
  sql: string,
  database: string,
  list: ReaderList,
): Refusal | 'run' | 'other' {
  if (!/^(?:SHOW|EXISTS)\b/.test(sql)) return 'other'
  const groups = SHOW.exec(sql)?.groups
  if (groups === undefined) return 'a form that is not on the list'
  if ((groups['database'] ?? database) !== database) return 'a table that is not evidence'
  const { table } = groups
  return table === undefined || list.isTable(table) ? 'run' : 'a table that is not evidence'
}

/**
 * Judges a statement by the engine's own syntax tree of it. `sql` is the statement as the engine
 * formats it, `tree` the lines of EXPLAIN AST of that text. Undefined: it may run.
 */
export function whyRefused(
  sql: string,
  tree: readonly string[],
  list: ReaderList,
): Refusal | undefined {
  const nodes = tree.map(parseNode)
  const [root, ...rest] = nodes
  if (root?.kind !== 'SelectWithUnionQuery' && root?.kind !== 'DescribeQuery')
    return 'only one SELECT, WITH, DESCRIBE, SHOW or EXISTS'
  if (/\bPREWHERE\b/i.test(sql.replaceAll(LITERAL, ''))) return 'PREWHERE'
  const declared = declaredNames(sql)
  const isTable = (name: string) =>
    list.isTable(name) || (SIMPLE_NAME.test(name) && declared.has(name) && !RESERVED.test(name))
  for (const [index, node] of rest.entries()) {
    if (node.kind === 'Set') return 'SETTINGS'
    if (node.depth === 1 && node.kind === 'Literal') return 'INTO OUTFILE'
    if (!KINDS.has(node.kind)) return 'a form that is not on the list'
    if (node.kind === 'TableIdentifier' && !isTable(node.rest))
      return 'a table that is not evidence'
    if (node.kind !== 'Function') continue
    if (!list.isFunction(node.rest)) return 'a function that is not on the list'
    if (!MEMBERSHIP.test(node.rest)) continue
    const table = secondArgument(rest, index)
    if (table?.kind === 'Identifier' && table.rest.includes('.') && !isTable(table.rest))
      return 'a table that is not evidence'
  }
  return undefined
}

/** The output format a statement names for itself. */
export function formatOf(tree: readonly string[]): string | undefined {
  const nodes = tree.map(parseNode)
  return nodes.findLast((node) => node.depth === 1 && node.kind === 'Identifier')?.rest
}

function parseNode(line: string): Node {
  const text = line.trimStart()
  const blank = text.indexOf(' ')
  const kind = blank === -1 ? text : text.slice(0, blank)
  const rest = (blank === -1 ? '' : text.slice(blank + 1)).replace(
    / ?\((?:alias |children \d).*$/,
    '',
  )
  return { depth: line.length - text.length, kind, rest }
}

/** `Function in` holds one ExpressionList, and that the two sides. */
function secondArgument(nodes: readonly Node[], index: number): Node | undefined {
  const depth = (nodes[index]?.depth ?? 0) + 2
  let seenCount = 0
  for (const node of nodes.slice(index + 1)) {
    if (node.depth < depth - 1) return undefined
    if (node.depth === depth && (seenCount += 1) === 2) return node
  }
  return undefined
}

/** Names that a WITH may have given to a subquery. */
function declaredNames(sql: string): Set<string> {
  const found = sql.replaceAll(LITERAL, '').matchAll(/(\w+) AS (?:MATERIALIZED )?\(/g)
  return new Set([...found].map(([, name = '']) => name))
}
