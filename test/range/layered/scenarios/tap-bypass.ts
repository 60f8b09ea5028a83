import { askAs, KEEPER } from '../shop.ts'
import type { LayeredScenario } from '../layered-scenario.ts'

const ALL = 'SELECT * FROM customers'

export const tapBypass: LayeredScenario = {
  name: 'tap-bypass',
  title: 'the agent’s credentials are used past the tap (s10)',
  becomes: {
    severity: 'moderate',
    of: 'server',
    layers: ['data'],
    rules: ['query-without-call', 'bulk-retrieval'],
    bases: [],
  },
  attack: async (stage) => {
    await askAs(stage.shop, stage.role, ALL)
  },
  twins: {
    // A person with an account of their own.
    dba: async (stage) => {
      await askAs(stage.shop, KEEPER, ALL)
    },
  },
}
