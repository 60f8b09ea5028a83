import type { Piece } from './gate.ts'

/** The data of a server-sent event; undefined where it has none (a comment, a retry time). */
export function dataOf({ front }: Piece): string | undefined {
  const data: string[] = []
  for (const line of front.toString('utf8').split(/\r?\n/)) {
    if (!line.startsWith('data:')) continue
    data.push(line.slice(line[5] === ' ' ? 6 : 5))
  }
  return data.length === 0 ? undefined : data.join('\n')
}

/** An event with other data; its id, name and retry time stay. */
export function withData({ front }: Piece, data: string): Buffer {
  const kept = front
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('data:'))
  const lines = [...kept, ...data.split('\n').map((line) => `data: ${line}`), '', '']
  return Buffer.from(lines.join('\n'))
}
