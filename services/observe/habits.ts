import { keyOf } from '#domain/lane.ts'
import type { Observation } from '#domain/records/index.ts'
import { hourOfWeek } from '#domain/time.ts'
import type { AnyEvent } from './sight.ts'

/** What was done, by table: keys of percent-encoded parts, the last of which is what was done. */
export type Habits = Record<string, string[]>

const ORIGIN_SUFFIX = '.origin'

/**
 * What an event says of its agent's habits, from its facts: where each argument of a tool came
 * from, which tool followed which, which effect followed which request; and the hour of the week.
 */
export function habitsOf(event: AnyEvent, facts: Partial<Observation>): Habits {
  const habits: Habits = { hour_of_week: [`/${hourOfWeek(event.occurred_at)}`] }
  const { tool_name, effect, argument_origins, features } = facts
  if (event.action !== 'tool_call' || typeof tool_name !== 'string') return habits
  const tool = keyOf(tool_name)
  const origins: string[] = []
  for (const [name, origin] of Object.entries(argument_origins ?? {})) {
    if (!name.endsWith(ORIGIN_SUFFIX)) continue
    origins.push(`${tool}/${keyOf(name.slice(0, -ORIGIN_SUFFIX.length))}/${origin}`)
  }
  if (origins.length > 0) habits['argument_origin'] = origins
  const previous = features?.['sequence.previous_tool']
  if (previous !== undefined) habits['transition'] = [`${previous}/${tool}`]
  const asked = features?.['request.effects']
  if (asked !== undefined && typeof effect === 'string') {
    habits['effect_after'] = [`${asked}/${effect}`]
  }
  return habits
}
