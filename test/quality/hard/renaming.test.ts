import { describe, expect, test } from 'vitest'

import { sharedFile } from '../../support/shared-data.ts'
import { readPack } from '../pack-reader.ts'
import { anAttackedSession, inText } from './an-attacked-session.ts'
import { hardSessions } from './hard-sessions.ts'
import { namesFor, renamedSession } from './renaming.ts'
import { seenRenaming } from './renaming/seen.ts'
import { unseenRenaming } from './renaming/unseen.ts'
import { seenFamilies } from './wordings/families.ts'

const RENAMINGS = [seenRenaming, unseenRenaming]
const packEvents = sharedFile('agentdojo/valid.events.ndjson.gz')
const packLabels = sharedFile('agentdojo/valid.labels.ndjson.gz')

test('the two tables share no synonym and no style', () => {
  const [seen, unseen] = RENAMINGS.map(({ words, parameters, styles }) => [
    ...styles,
    ...[...Object.values(words), ...Object.values(parameters)].flat(),
  ])
  expect(seen?.filter((word) => unseen?.includes(word))).toEqual([])
})

test('the two tables rename the same words and parameters', () => {
  const [seen, unseen] = RENAMINGS.map(({ words, parameters }) => ({
    words: Object.keys(words),
    parameters: Object.keys(parameters),
  }))
  expect(seen).toEqual(unseen)
})

describe.each(RENAMINGS)('renaming for $name', (renaming) => {
  test('no word is its own synonym', () => {
    const rows = [...Object.entries(renaming.words), ...Object.entries(renaming.parameters)]
    expect(rows.filter(([word, synonyms]) => synonyms.includes(word))).toEqual([])
  })

  test('tools, parameters and derived objects get names that agree; texts keep theirs', () => {
    const session = anAttackedSession('s-a')
    const { events } = renamedSession(session, namesFor('s-a', renaming))
    const tools = events.map(({ tool_name }) => tool_name)
    expect(tools[2]).toBe(tools[3])
    expect(tools[2]).not.toBe('read_notes')
    const old = JSON.parse(String(session.events[7]?.arguments)) as object
    const values = JSON.parse(String(events[7]?.arguments)) as object
    expect(Object.values(values)).toEqual(Object.values(old))
    expect(Object.keys(values).filter((name) => Object.keys(old).includes(name))).toEqual([])
    expect(events.map(({ content }) => content)).toEqual(
      session.events.map(({ content }) => content),
    )
  })

  test('a session keeps its names, others get others', () => {
    const named = (id: string): string => namesFor(id, renaming).tool('send_money', 'desk-mcp')
    const ids = Array.from({ length: 40 }, (_, index) => `s-${index}`)
    expect(ids.map(named)).toEqual(ids.map(named))
    expect(new Set(ids.map(named)).size).toBeGreaterThan(2)
  })

  test('what the model proposed is renamed as what it called', () => {
    const [event] = anAttackedSession('s-a').events
    const call = { call_id: 'call_3', tool_name: 'send_money', arguments: { amount: 1 } }
    const session = anAttackedSession('s-a', inText)
    const proposing = {
      ...session,
      events: [{ ...event, proposed_tool_calls: JSON.stringify([call]) } as typeof event & {}],
    }
    const names = namesFor('s-a', renaming)
    const proposed = renamedSession(proposing, names).events[0]?.['proposed_tool_calls']
    expect(JSON.parse(String(proposed))).toEqual([
      {
        call_id: 'call_3',
        tool_name: names.tool('send_money', 'desk-mcp'),
        arguments: { [names.parameter('amount', 'desk-mcp')]: 1 },
      },
    ])
  })
})

test('a wording that names a tool names it as the session does', () => {
  const families = seenFamilies.filter(({ name }) => name === 'json-object')
  const options = { families, limit: 1, renaming: seenRenaming }
  const [session] = hardSessions([anAttackedSession('s-a')], options)
  const tool = session?.events[7]?.tool_name
  expect(tool).not.toBe('send_money')
  expect(session?.events[3]?.content).toContain(`"${tool}"`)
  expect(session?.labels.session['renamed']).toBe('seen')
})

test.runIf(packEvents !== undefined && packLabels !== undefined)(
  'no tool of the recorded pack keeps its name, or gets that of another',
  () => {
    const sessions = readPack(String(packEvents), String(packLabels))
    const tools = new Map(
      sessions.flatMap(({ events }) =>
        events.flatMap(({ tool_name, server_id }) =>
          tool_name === undefined ? [] : [[tool_name, String(server_id)] as const],
        ),
      ),
    )
    const renamed = RENAMINGS.flatMap((renaming) =>
      sessions.slice(0, 60).map(({ labels }) => {
        const names = namesFor(labels.session.session_id, renaming)
        return [...tools].map(([tool, server]) => `${server} ${names.tool(tool, server)}`)
      }),
    )
    expect(tools.size).toBeGreaterThan(40)
    expect(renamed.flat().filter((name) => tools.has(name.split(' ')[1] ?? ''))).toEqual([])
    expect(
      renamed.flatMap((names) => names.filter((name, at) => names.indexOf(name) < at)),
    ).toEqual([])
  },
)
