import { rmSync } from 'node:fs'

import { expect, test } from 'vitest'

import { tocsin } from '../support/cli.ts'
import { aDirectory } from '../support/replays.ts'

const LASTS_MAX_MS = 600_000

test(
  'the demo plays a live attack to its review',
  async () => {
    const directory = aDirectory()
    const { code, stdout, stderr } = await tocsin(['demo', '--data-dir', directory])
    rmSync(directory, { recursive: true, force: true })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const acts = [
      '1 incidents: 1 critical',
      'The mail tap obeyed ',
      'Proven by telemetry',
      'proven  enforcement refuse server:mail',
      'proven  oauth-revocation agent:assistant-of-the-demo',
      'Told: commander, legal, on-call',
      'whole: ',
      'The agent may read again: done. It may not send: refused.',
      'The agent may send again: done. The letter itself: refused.',
      'Response  closed',
      '# Review of incident ',
    ]
    const places = acts.map((act) => stdout.indexOf(act))
    expect(acts.filter((_, index) => places[index] === -1)).toEqual([])
    expect(places).toEqual(places.toSorted((one, other) => one - other))
  },
  LASTS_MAX_MS,
)
