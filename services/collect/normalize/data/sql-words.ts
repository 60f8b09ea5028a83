import type { DataEvent } from '#domain/records/index.ts'

type Action = DataEvent['action']

/** Worst first: what a statement with several verbs in it did. */
const WORST_FIRST: readonly Action[] = [
  'delete',
  'grant',
  'ddl',
  'update',
  'insert',
  'copy',
  'select',
  'connect',
  'other',
]

/** The worse of two actions. */
export function worseOf(left: Action, right: Action): Action {
  return WORST_FIRST.indexOf(left) <= WORST_FIRST.indexOf(right) ? left : right
}

/** What a statement does by the word it begins with; `other` if that says nothing. */
export function actionOfVerb(verb: string): Action {
  return ACTION_OF_VERB.get(verb) ?? 'other'
}

/** The words that begin a query, on their own or behind a list of definitions. */
export const QUERY_VERBS: ReadonlySet<string> = new Set(
  'select insert update delete merge replace values table'.split(' '),
)

/** Words that stand between a keyword and the name it announces. */
export const BEFORE_NAME: ReadonlySet<string> = new Set(
  (
    'only lateral if not exists low_priority high_priority ignore delayed overwrite concurrently ' +
    'table temporary temp unlogged into from local'
  ).split(' '),
)

/** Words that are never a table's name where one is awaited. */
export const NEVER_NAME: ReadonlySet<string> = new Set(
  'select values with set function all outfile dumpfile unnest rows stdin stdout'.split(' '),
)

/** Words behind which CREATE, ALTER or DROP change who may do what. */
export const PRINCIPALS: ReadonlySet<string> = new Set(['role', 'user', 'group'])

/** Words that end a list of tables; the condition of a join does not. */
export const ENDS_LIST: ReadonlySet<string> = new Set(
  (
    'where group order having limit union except intersect window returning set values fetch ' +
    'offset prewhere settings format select to when add alter drop rename conflict duplicate ' +
    'qualify partition engine'
  ).split(' '),
)

/** Words of a change that announce the name of what is changed. */
export const NAMED_AFTER: ReadonlySet<string> = new Set(
  'table tables view schema database dictionary'.split(' '),
)

/** What stands ON a table. */
export const ON_A_TABLE: ReadonlySet<string> = new Set('index trigger policy rule'.split(' '))

/** What has a body of statements that are kept for later. */
export const MAKES_BODY: ReadonlySet<string> = new Set(
  'function procedure trigger event package'.split(' '),
)

const ACTION_OF_VERB: ReadonlyMap<string, Action> = new Map([
  ...verbs('select', 'select values table handler'),
  ...verbs('insert', 'insert replace load'),
  ...verbs('update', 'update merge upsert'),
  ...verbs('delete', 'delete truncate'),
  ...verbs('copy', 'copy unload backup export'),
  ...verbs('grant', 'grant revoke reassign'),
  ...verbs(
    'ddl',
    'create alter drop rename comment reindex cluster refresh import security attach detach ' +
      'exchange undrop',
  ),
])

function verbs(action: Action, words: string): [string, Action][] {
  return words.split(' ').map((word) => [word, action])
}
