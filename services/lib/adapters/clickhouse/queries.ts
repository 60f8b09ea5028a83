import { readdirSync, readFileSync } from 'node:fs'

const QUERY_DIRECTORY = new URL('../../../../sql/queries/', import.meta.url)

/** One question to the evidence: a file of sql/queries. */
export type NamedQuery = {
  name: string
  title: string
  sql: string
  parameters: { name: string; type: string; meaning: string }[]
}

/** Every named query, by name: the file's without `.sql`. */
export function loadQueries(): Map<string, NamedQuery> {
  const files = readdirSync(QUERY_DIRECTORY).filter((file) => file.endsWith('.sql'))
  return new Map(
    files.sort().map((file) => {
      const name = file.slice(0, -'.sql'.length)
      return [name, parseQuery(name, readFileSync(new URL(file, QUERY_DIRECTORY), 'utf8'))]
    }),
  )
}

/** A query from a file's text. Its header says the title and every parameter, or it is a bug. */
export function parseQuery(name: string, text: string): NamedQuery {
  const lines = text.split('\n')
  const comments = lines.filter((line) => line.startsWith('-- ')).map((line) => line.slice(3))
  const sql = lines
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .trim()
    .replace(/;$/, '')
  const types = new Map<string, string>()
  for (const [, parameter = '', type = ''] of sql.matchAll(/\{(\w+):([^}]+)\}/g))
    types.set(parameter, type.trim())
  const parameters = comments.flatMap((comment) => {
    const [, parameter = '', meaning = ''] = /^parameter (\w+): (.+)$/.exec(comment) ?? []
    const type = types.get(parameter)
    return type === undefined ? [] : [{ name: parameter, type, meaning }]
  })
  const title = comments[0] ?? ''
  if (title === '' || parameters.length !== types.size)
    throw new TypeError(`sql/queries/${name}.sql: the header lacks its title or a parameter`)
  return { name, title, sql, parameters }
}
