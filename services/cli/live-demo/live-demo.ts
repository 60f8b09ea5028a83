import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { openEvidenceToRead } from '../evidence.ts'
import { aftermath } from './aftermath-act.ts'
import { attack } from './attack-act.ts'
import { containment } from './containment-act.ts'
import { demoEnvironment, LivePipeline, tocsinWith } from './live-pipeline.ts'
import { McpCaller } from './mcp-caller.ts'
import { openOutside } from './outside.ts'
import { heading, SESSION } from './play.ts'
import { AGENT, setStage, type StageSet } from './stage-set.ts'

/**
 * An attack on real processes, contained while it runs, and what people do about it after: to the
 * closed case and its review. The people are the demo's own, and their hours pass in seconds.
 *
 * @throws Fault DEMO_STUCK where a part of it does not come.
 */
export async function playLive(place: string, say: (line: string) => void): Promise<void> {
  const directory = join(place, 'live')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const outside = await openOutside()
  const set = setStage(directory, outside.url)
  const data = join(directory, 'data')
  const pipeline = new LivePipeline(data, set.settings)
  const callers = { files: tapped('files', set, data), mail: tapped('mail', set, data) }
  say(heading('Live: the same kind of attack on real processes, contained while it runs'))
  say(
    `A pipeline, and two MCP servers, each behind a tap: files (${set.servers.files.name})` +
      ` and mail (${set.servers.mail.name}).`,
  )
  try {
    const doors = await pipeline.doors()
    for (const caller of Object.values(callers)) await caller.connect(AGENT)
    const evidence = await openEvidenceToRead({ TOCSIN_DATA_DIR: data })
    try {
      const play = { set, doors, directory, evidence, callers, outside, say }
      await attack(play)
      const incident = await containment(play)
      await aftermath(play, incident)
    } finally {
      await evidence.close()
    }
  } finally {
    for (const caller of Object.values(callers)) await caller.close()
    await pipeline.stop()
    outside.close()
  }
}

function tapped(server: 'files' | 'mail', set: StageSet, data: string): McpCaller {
  const actor = ['--server-id', server, '--agent-id', AGENT, '--session-id', SESSION]
  const tap = tocsinWith('tap', ...actor, '--data-dir', data, '--', process.execPath)
  return new McpCaller([...tap, ...set.servers[server].args], demoEnvironment(set.settings))
}
