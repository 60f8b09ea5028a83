import { parseArgs } from 'node:util'
import { writePack } from '../pack-writer.ts'
import { delegatedSessions, domainSessions } from './sessions.ts'

/** Writes the delegated and the domain pack of one set: `--set seen|unseen --out DIR`. */
function main(): void {
  const { values } = parseArgs({ options: { set: { type: 'string' }, out: { type: 'string' } } })
  const { set, out } = values
  if ((set !== 'seen' && set !== 'unseen') || out === undefined) {
    process.stderr.write('usage: main.ts --set seen|unseen --out DIR\n')
    process.exitCode = 2
    return
  }
  const written = [
    writePack(out, `delegated.${set}`, delegatedSessions(set)),
    writePack(out, `domains.${set}`, domainSessions(set)),
  ]
  for (const { eventsPath, sessionCount, eventCount } of written) {
    process.stdout.write(`${eventsPath}: ${sessionCount} sessions, ${eventCount} events\n`)
  }
}

main()
