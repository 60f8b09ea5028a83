import { callAfterEnd } from './call-after-end.ts'
import { callBurst } from './call-burst.ts'
import { contradictingHeader } from './contradicting-header.ts'
import { followedWithoutLoss } from './followed-without-loss.ts'
import { pathProbing } from './path-probing.ts'
import { poisonedDocument } from './poisoned-document.ts'
import { rugPull } from './rug-pull.ts'
import type { Scenario } from './scenario.ts'
import { secondPath } from './second-path.ts'
import { shadowing } from './shadowing.ts'
import { stolenSession } from './stolen-session.ts'

/** Every scenario, in the order they are begun; what waits longest comes first. */
export const SCENARIOS: readonly Scenario[] = [
  callAfterEnd,
  secondPath,
  poisonedDocument,
  followedWithoutLoss,
  rugPull,
  shadowing,
  stolenSession,
  pathProbing,
  contradictingHeader,
  callBurst,
]
