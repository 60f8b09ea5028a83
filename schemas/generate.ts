import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'

type Named = { type: string; name: string; doc?: string; fields?: Field[]; symbols?: string[] }
type Schema = string | Schema[] | { type: string; name?: string; items?: Schema; values?: Schema }
type Field = { name: string; type: Schema; doc?: string }
/** A named Avro type as TypeScript, and the names it leans on. */
type Declaration = { text: string; uses: Set<string> }

const SCHEMA_DIRECTORY = new URL('.', import.meta.url)
const OUTPUT_DIRECTORY = new URL('../services/lib/domain/records/', import.meta.url)
const LINE_MAX_CHARS = 100
const HEAD =
  '// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.\n\n'

/**
 * Renders the TypeScript types of every schema: a file a schema, `shared.ts` for the named types
 * that several schemas use, and `index.ts`. Times are microseconds since the epoch.
 * Returns file name to text.
 */
export function renderRecordTypes(): Map<string, string> {
  const bySchema = new Map<string, Map<string, Declaration>>()
  for (const file of readdirSync(SCHEMA_DIRECTORY).sort()) {
    if (!file.endsWith('.avsc')) continue
    const schema = JSON.parse(readFileSync(new URL(file, SCHEMA_DIRECTORY), 'utf8')) as Named
    const declared = new Map<string, Declaration>()
    declare(schema, declared)
    bySchema.set(file.replace('.avsc', ''), declared)
  }
  const shared = sharedDeclarations(bySchema)
  const files = new Map([['shared.ts', HEAD + texts([...shared.values()])]])
  for (const [name, declared] of bySchema) {
    const own = [...declared].filter(([type]) => !shared.has(type)).map(([, value]) => value)
    const uses = new Set(own.flatMap((value) => [...value.uses]).filter((type) => shared.has(type)))
    const imports =
      uses.size === 0 ? '' : `import type { ${[...uses].sort().join(', ')} } from './shared.ts'\n\n`
    files.set(`${name}.ts`, HEAD + imports + texts(own))
  }
  files.set('index.ts', HEAD + renderIndex([...bySchema.keys()], bySchema))
  return files
}

function sharedDeclarations(
  bySchema: Map<string, Map<string, Declaration>>,
): Map<string, Declaration> {
  const seen = new Map<string, number>()
  for (const declared of bySchema.values())
    for (const type of declared.keys()) seen.set(type, (seen.get(type) ?? 0) + 1)
  const shared = new Map<string, Declaration>()
  for (const declared of bySchema.values())
    for (const [type, value] of declared) if ((seen.get(type) ?? 0) > 1) shared.set(type, value)
  return shared
}

function renderIndex(names: string[], bySchema: Map<string, Map<string, Declaration>>): string {
  const roots = names.map(
    (name) => [name, [...(bySchema.get(name)?.keys() ?? [])][0] ?? ''] as const,
  )
  const imports = roots
    .map(([name, type]) => `import type { ${type} } from './${name}.ts'`)
    .join('\n')
  const exports = ['shared', ...names].map((name) => `export type * from './${name}.ts'`).join('\n')
  const rows = roots.map(([name, type]) => `  '${name}': ${type}`).join('\n')
  const type = `export type Records = {\n${rows}\n}\n`
  return `${imports}\n\n${exports}\n\n${docOf("Each schema's record, by schema name.", '')}${type}`
}

function texts(declarations: Declaration[]): string {
  return declarations.map((value) => value.text).join('\n')
}

function declare(schema: Named, declared: Map<string, Declaration>): void {
  if (declared.has(schema.name)) return
  const doc = docOf(schema.doc, '')
  const uses = new Set<string>()
  declared.set(schema.name, { text: '', uses })
  if (schema.symbols !== undefined) {
    const symbols = schema.symbols.map((symbol) => `'${symbol}'`).join(' | ')
    declared.set(schema.name, { text: `${doc}export type ${schema.name} = ${symbols}\n`, uses })
    return
  }
  const lines = (schema.fields ?? []).map((field) => {
    return `${docOf(field.doc, '  ')}  ${field.name}: ${render(field.type, declared, uses)}`
  })
  const text = `${doc}export type ${schema.name} = {\n${lines.join('\n')}\n}\n`
  declared.set(schema.name, { text, uses })
}

/** A doc comment in lines of at most 100 characters. */
function docOf(doc: string | undefined, indent: string): string {
  if (doc === undefined) return ''
  const oneLine = `${indent}/** ${doc} */\n`
  if (oneLine.length <= LINE_MAX_CHARS) return oneLine
  const lines: string[] = []
  for (const word of doc.split(' ')) {
    const last = lines.at(-1)
    const extended = `${last} ${word}`
    if (last === undefined || extended.length + indent.length + 3 > LINE_MAX_CHARS) lines.push(word)
    else lines[lines.length - 1] = extended
  }
  const body = lines.map((line) => `${indent} * ${line}\n`).join('')
  return `${indent}/**\n${body}${indent} */\n`
}

function render(schema: Schema, declared: Map<string, Declaration>, uses: Set<string>): string {
  if (Array.isArray(schema)) {
    const members = schema.map((member) => render(member, declared, uses))
    return [...members.filter((member) => member !== 'null'), 'null'].join(' | ')
  }
  if (typeof schema === 'string') {
    if (PRIMITIVES[schema] === undefined) uses.add(schema)
    return PRIMITIVES[schema] ?? schema
  }
  if (schema.type === 'array') return `${render(schema.items ?? 'string', declared, uses)}[]`
  if (schema.type === 'map')
    return `Record<string, ${render(schema.values ?? 'string', declared, uses)}>`
  if (schema.name !== undefined) {
    declare(schema as Named, declared)
    uses.add(schema.name)
    return schema.name
  }
  return PRIMITIVES[schema.type] ?? 'never'
}

const PRIMITIVES: Record<string, string> = {
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  null: 'null',
}

if (import.meta.main) {
  mkdirSync(OUTPUT_DIRECTORY, { recursive: true })
  for (const [name, text] of renderRecordTypes())
    writeFileSync(new URL(name, OUTPUT_DIRECTORY), text)
}
