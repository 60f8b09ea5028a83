import type { LayeredScenario } from '../layered-scenario.ts'
import { bulkSelect } from './bulk-select.ts'
import { directEgress } from './direct-egress.ts'
import { modelTold } from './model-told.ts'
import { poisonedExfiltration } from './poisoned-exfiltration.ts'
import { stackedWrite } from './stacked-write.ts'
import { tapBypass } from './tap-bypass.ts'
import { unexplainedEgress } from './unexplained-egress.ts'

/** Every scenario that several layers see, in the order they are begun. */
export const LAYERED_SCENARIOS: readonly LayeredScenario[] = [
  tapBypass,
  unexplainedEgress,
  stackedWrite,
  directEgress,
  modelTold,
  poisonedExfiltration,
  bulkSelect,
]

/** Those in which the database has a part: pgaudit must tell of them as well. */
export const AUDITED_SCENARIOS: readonly LayeredScenario[] = [tapBypass, stackedWrite, bulkSelect]
