import { enforcementRoute } from '#adapters/http/enforcement-events.ts'
import { topicRecordsRoute } from '#adapters/http/topic-records.ts'
import type { DoorRoute } from '#domain/door.ts'
import type { Environment, Settings } from '#runtime/config.ts'
import { formOf } from './json-lines.ts'
import { dispositionRoute } from './rules/disposition-door.ts'
import { openRuleDesk } from './rules/rule-desk.ts'
import { ruleRoutes } from './rules/rules-door.ts'
import { actionRoutes } from './response/actions-door.ts'
import { viewRoute } from './response/custody.ts'
import { outcomeRoutes } from './response/outcome-door.ts'
import type { World } from './world.ts'

/**
 * What a process's door offers of the log it works on. Rules are changed where they are read: those
 * of the files are the ones `detect` has.
 */
export function worldRoutes(
  world: World,
  settings: Settings,
  services: readonly string[],
  environment: Environment,
): DoorRoute[] {
  const detects = services.includes('detect')
  return [
    topicRecordsRoute(world.log),
    enforcementRoute({ ...world, toJson: (record) => formOf('enforcement.v1').toJson(record) }),
    dispositionRoute(world, Date.now),
    viewRoute(world, Date.now),
    ...(services.includes('respond')
      ? [
          ...actionRoutes(world, environment, Date.now),
          ...outcomeRoutes(world, environment, Date.now),
        ]
      : []),
    ...(detects ? ruleRoutes(openRuleDesk(world, settings, Date.now), Date.now) : []),
  ]
}
