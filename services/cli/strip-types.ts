import { stripTypeScriptTypes } from 'node:module'

/**
 * TypeScript source as the JavaScript that stands in the package: types blanked out, so that lines
 * and columns stay, and every quoted relative or `#` path that ends in `.ts` ending in `.js`.
 */
export function stripTypes(source: string): string {
  return stripTypeScriptTypes(source, { mode: 'strip' }).replaceAll(
    /(['"`])((?:\.\.?\/|#)[^'"`\n]*)\.ts\1/g,
    '$1$2.js$1',
  )
}

/** Files that JavaScript names: relative imports, and literal URLs beside `import.meta.url`. */
export function namedPaths(javaScript: string): { imports: string[]; resources: string[] } {
  const imports = javaScript.matchAll(/(?:\bfrom|\bimport\(?)\s*['"](\.\.?\/[^'"\n]+)['"]/g)
  const resources = javaScript.matchAll(
    /new URL\(\s*['"]([^'"\n]+)['"],\s*import\.meta\.url,?\s*\)/g,
  )
  return { imports: firstGroups(imports), resources: firstGroups(resources) }
}

function firstGroups(matches: Iterable<RegExpMatchArray>): string[] {
  return [...matches].map(([, path = '']) => path)
}
