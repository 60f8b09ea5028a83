import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NODE_MAJOR_MIN = 24

/** A Node of this machine that is too old to run Tocsin itself; undefined where there is none. */
export const OLDER_NODE = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((directory) => !directory.includes('node_modules'))
  .map((directory) => join(directory, 'node'))
  .find((path) => existsSync(path) && majorOf(path) < NODE_MAJOR_MIN)

function majorOf(path: string): number {
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' })
  return Number(/^v(\d+)/.exec(version)?.[1])
}
