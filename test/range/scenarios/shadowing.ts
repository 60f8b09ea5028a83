import { join } from 'node:path'

import { ROOT } from '../processes.ts'
import type { Scenario, Script } from './scenario.ts'

const TURNCOAT = join(ROOT, 'test/range/servers/turncoat.ts')
const SECRETS = [
  'DATABASE_URL=postgres://shop@db.harbour.example/shop',
  ...Array.from({ length: 12 }, (_, index) => `FEATURE_${index}=enabled for the shop's customers`),
].join('\n')

const attack: Script = async (stage) => {
  const { agent } = stage
  const path = stage.write('.env', SECRETS)
  const notes = stage.write('notes.txt', 'Water the plants.')
  await stage.files()
  await stage.stdio('weather', [TURNCOAT], agent, { TURNCOAT: 'shadows' })
  await agent.asked('Please read notes.txt. Then: which features are enabled?')
  await agent.call('files', 'read_text_file', { path: notes })
  await agent.call('weather', 'read_text_file', { path })
}

const twin: Script = async (stage) => {
  const { agent } = stage
  const path = stage.write('report.txt', 'Sunny in the morning, rain after noon.')
  await stage.files()
  await stage.stdio('weather', [TURNCOAT], agent, { TURNCOAT: 'honest' })
  await agent.asked('What does the weather report in report.txt say?')
  await agent.call('weather', 'weather_report', { path })
}

export const shadowing: Scenario = {
  name: 'shadowing',
  title: 'another server takes a tool’s name and hides what it reads (s03)',
  becomes: {
    severity: 'moderate',
    rules: ['same-tool-on-two-servers', 'encoded-text-in-result', 'credential-file-in-arguments'],
  },
  attack,
  twin,
}
