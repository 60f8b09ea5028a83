import type { LayeredScenario } from '../layered-scenario.ts'
import type { LayeredStage } from '../layered-stage.ts'
import { fetchesAsAsked, obeys } from '../obeys.ts'
import { OUTSIDE_ADDRESS, PARTNER_ADDRESS } from '../outside/outside.ts'

/** Two logs tell of the connection: who began it, and what it came to. They share its port. */
export const directEgress: LayeredScenario = {
  name: 'direct-egress',
  title: 'a poisoned document, a private read, and out past the proxy (s07)',
  becomes: {
    severity: 'critical',
    of: 'session',
    layers: ['application', 'network'],
    rules: ['instructed-send-of-private-data', 'destination-not-allowed'],
    bases: ['connection', 'overlap'],
  },
  attack: (stage) =>
    obeys(stage, stage.outside.pageAt(OUTSIDE_ADDRESS), () => stage.webPastProxy()),
  twins: {
    partner: (stage) =>
      fetchesAsAsked(stage, stage.outside.pageAt(PARTNER_ADDRESS), () => stage.webPastProxy()),
  },
  alsoHolds: (records, { webServerId }: LayeredStage) => {
    const seen = records.flatMap((one) =>
      one.topic === 'events.network.v1' && one.value.server_id === webServerId
        ? [one.value.collector_id]
        : [],
    )
    const wrong = seen.includes('egress-log') ? ['the proxy saw it'] : []
    if (!seen.includes('packets-log')) wrong.push('the firewall did not see who began it')
    return wrong
  },
}
