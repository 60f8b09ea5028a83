import { matchesGlob } from 'node:path'

/** One row of the import table in services/README.md. */
export type Room = {
  name: string
  /** Glob below services/. */
  files: string
  isPure: boolean
  rooms: string[]
  packages: string[]
  node: string[]
}

const HEADER = /^\|\s*room\s*\|\s*files\s*\|\s*kind\s*\|\s*rooms\s*\|\s*packages\s*\|\s*node\s*\|$/

/** Reads the import table out of services/README.md. Throws where there is none. */
export function parseImportTable(markdown: string): Room[] {
  const lines = markdown.split('\n')
  const header = lines.findIndex((line) => HEADER.test(line))
  if (header === -1) throw new Error('services/README.md has no import table')
  const end = lines.findIndex((line, index) => index > header && !line.startsWith('|'))
  return lines.slice(header + 2, end === -1 ? undefined : end).map((line) => {
    const [name = '', files = '', kind = '', rooms = '', packages = '', node = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.replaceAll('`', '').trim())
    if (kind !== 'pure' && kind !== 'waits') throw new Error(`${name}: kind is ${kind}`)
    return {
      name,
      files,
      isPure: kind === 'pure',
      rooms: words(rooms),
      packages: words(packages),
      node: words(node),
    }
  })
}

/** Specifiers that a TypeScript file imports; `undefined` stands for one that is computed. */
export function importsOf(source: string): (string | undefined)[] {
  const code = withoutComments(source)
  const effects = code.matchAll(/^import\s*(['"])([^'"\n]+)\1/gm)
  const imports = code.matchAll(/^import\s[^'"`;()]*?\bfrom\s*(['"])([^'"\n]+)\1/gm)
  const exports = code.matchAll(
    /^export\s+(?:type\s+)?(?:\*[\s\w]*|\{[^}]*\}\s*)from\s*(['"])([^'"\n]+)\1/gm,
  )
  const called = code.matchAll(/\bimport\(\s*(?:(['"])([^'"\n]+)\1\s*[,)])?/g)
  const required = code.matchAll(/\brequire(?:\.resolve)?\(\s*(?:(['"])([^'"\n]+)\1\s*[,)])?/g)
  return [...effects, ...imports, ...exports, ...called, ...required].map((match) => match[2])
}

/** Source without comments: good enough where a formatter has put each on lines of its own. */
export function withoutComments(source: string): string {
  return source
    .replaceAll(/^[ \t]*\/\*[\s\S]*?\*\//gm, '')
    .replaceAll(/^[ \t]*\/\/.*$/gm, '')
    .replaceAll(/[ \t]\/\/ .*$/gm, '')
}

/** The room of a path below services/; undefined where no row matches. */
export function roomOf(rooms: readonly Room[], path: string): Room | undefined {
  return rooms.find((room) => matchesGlob(path, room.files))
}

/**
 * Why the file at `path` may not import `specifier`; undefined when it may. Paths are below
 * services/, with slashes; `specifier` may be undefined: computed, so that nobody can check it.
 */
export function whyForbidden(
  rooms: readonly Room[],
  path: string,
  specifier: string | undefined,
): string | undefined {
  const room = roomOf(rooms, path)
  if (room === undefined) return 'the file belongs to no room'
  if (specifier === undefined) return 'the import is computed'
  if (specifier.startsWith('node:'))
    return allows(room.node, specifier.slice('node:'.length)) ? undefined : 'node module'
  const target = targetOf(path, specifier)
  if (target === undefined)
    return allows(room.packages, packageOf(specifier)) ? undefined : 'package'
  return whyForbiddenTarget(rooms, room, path, target)
}

function whyForbiddenTarget(
  rooms: readonly Room[],
  from: Room,
  path: string,
  target: string,
): string | undefined {
  if (!target.endsWith('.ts')) return 'not a .ts file below services/'
  const to = roomOf(rooms, target)
  if (to === undefined) return 'the target belongs to no room'
  if (from.rooms.join(' ') === 'every room') return undefined
  if (to.name === 'main') return 'only cli imports main.ts'
  if (from.rooms.includes(to.name)) return undefined
  if (from.rooms.includes('lib') && to.files.startsWith('lib/')) return undefined
  if (ownFolder(from, path) !== ownFolder(to, target)) return `room ${to.name}`
  return from.isPure && !to.isPure ? `${to.name} waits` : undefined
}

/** A folder under lib/ is its room's; elsewhere the service's folder is one. */
function ownFolder(room: Room, path: string): string {
  return room.files.startsWith('lib/') ? room.files : (path.split('/')[0] ?? '')
}

/** A path below services/, or undefined where the specifier names a package. */
function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const url = new URL(specifier, `file:///root/services/${path}`)
    return url.pathname.replace('/root/services/', '')
  }
  const alias = /^#(domain|runtime|adapters|sigma)\/(.+)$/.exec(specifier)
  return alias === null ? undefined : `lib/${alias[1]}/${alias[2]}`
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function allows(allowed: readonly string[], name: string): boolean {
  return allowed.includes('any') || allowed.includes(name)
}

function words(cell: string): string[] {
  return cell.split(/[\s,]+/).filter((word) => word !== '' && word !== '-')
}
