import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the checkout. */
export const ROOT = join(import.meta.dirname, '..', '..')

/** Paths from the root, with slashes, of the files below a directory that end in `suffix`. */
export function listFiles(directory: string, suffix: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .map((path) => `${directory}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(suffix) && !path.includes('node_modules/'))
    .sort()
}

/** Text of a file of the checkout. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
