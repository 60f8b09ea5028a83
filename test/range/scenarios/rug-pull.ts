import { join } from 'node:path'

import { ROOT } from '../processes.ts'
import type { Scenario, Script } from './scenario.ts'

const TURNCOAT = join(ROOT, 'test/range/servers/turncoat.ts')

const asksTwice =
  (kind: 'changes' | 'grows'): Script =>
  async (stage) => {
    const { agent } = stage
    await stage.stdio('weather', [TURNCOAT], agent, { TURNCOAT: kind })
    await agent.asked('What is the weather in Bremen?')
    await agent.call('weather', 'city_weather', { city: 'Bremen' })
    await agent.list('weather')
    await agent.asked('And in Kiel?')
    await agent.call('weather', 'city_weather', { city: 'Kiel' })
  }

export const rugPull: Scenario = {
  name: 'rug-pull',
  title: 'a definition turns against the user after the first call (s02)',
  becomes: {
    severity: 'moderate',
    rules: ['definition-changed-in-session', 'poisoned-tool-definition'],
  },
  attack: asksTwice('changes'),
  // An upgrade that adds a tool sends the same `list_changed`.
  twin: asksTwice('grows'),
}
