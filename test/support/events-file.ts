import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** The lines of a file, plain or `.gz`, without empty ones. */
export function linesOf(path: string): string[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').filter((line) => line !== '')
}

/** Writes the events of a file's first `count` sessions to `target`; a soak takes all of them. */
export function writeFirstSessions(path: string, count: number, target: string): void {
  const sessions = new Set<string>()
  const limitCount = process.env['TOCSIN_SOAK'] === undefined ? count : Infinity
  const lines = linesOf(path).filter((line) => {
    const { session_id: id } = JSON.parse(line) as { session_id: string }
    if (sessions.size < limitCount) sessions.add(id)
    return sessions.has(id)
  })
  writeFileSync(target, `${lines.join('\n')}\n`)
}
