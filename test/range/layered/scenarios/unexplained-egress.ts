import { OUTSIDE_HOST, OWN_HOST } from '../egress.ts'
import { fetchBy } from '../fetch-by.ts'
import type { LayeredScenario } from '../layered-scenario.ts'
import type { LayeredStage } from '../layered-stage.ts'

/** A server's process reaches out by itself: no agent has called it, so no tap sees anything. */
const reachesOut =
  (host: string) =>
  async ({ egress, proxyUrl }: LayeredStage): Promise<void> => {
    const status = await fetchBy(proxyUrl, `${egress.pageAt(host)}/beat`)
    if (status !== 200) throw new Error(`the proxy answered ${status}`)
  }

export const unexplainedEgress: LayeredScenario = {
  name: 'unexplained-egress',
  title: 'a server reaches an outside host that no call explains',
  becomes: {
    severity: 'moderate',
    of: 'server',
    layers: ['network'],
    rules: ['destination-not-allowed', 'flow-without-call'],
    bases: [],
  },
  attack: reachesOut(OUTSIDE_HOST),
  twins: { 'update-check': reachesOut(OWN_HOST) },
}
