import { askAs, KEEPER } from '../shop.ts'
import type { LayeredScenario } from '../layered-scenario.ts'

/** Ends the server's read-only transaction, and goes on in one of its own. */
const STACKED =
  'COMMIT; CREATE TABLE taken_over AS SELECT * FROM customers LIMIT 10; ' +
  "UPDATE customers SET card = 'gone' WHERE id = 1"

export const stackedWrite: LayeredScenario = {
  name: 'stacked-write',
  title: 'a stacked write: the protocol says failed, the database says done (s06)',
  becomes: {
    severity: 'moderate',
    of: 'session',
    layers: ['application', 'data'],
    rules: ['failed-call-changed-data', 'stacked-change'],
    bases: ['overlap'],
  },
  attack: async (stage) => {
    await stage.database()
    await stage.agent.asked('How many customers do we have?')
    const { outcome } = await stage.agent.call('database', 'query', { sql: STACKED })
    if (outcome !== 'failed') throw new Error(`the call was ${outcome}`)
    if ((await askAs(stage.shop, KEEPER, 'SELECT * FROM taken_over')) !== 10)
      throw new Error('the database did not do it')
  },
  twins: {
    // The read-only wall holds: the call fails, and nothing has changed.
    refused: async (stage) => {
      await stage.database()
      await stage.agent.asked('Delete the customers whose card is gone.')
      const sql = "DELETE FROM customers WHERE card = 'gone'"
      const { outcome } = await stage.agent.call('database', 'query', { sql })
      if (outcome !== 'failed') throw new Error(`the call was ${outcome}`)
    },
  },
}
