import type { Action, Incident } from '#domain/records/index.ts'
import { factsOf, newCase } from './case-state.ts'
import type { RespondOptions } from './case-work.ts'
import { contain } from './containment.ts'
import { ToldBefore } from './told-before.ts'

/** What would be done about an incident, in its order, with nothing done. */
export function simulate(incident: Incident, options: Omit<RespondOptions, 'horizonUs'>): Action[] {
  const actions: Action[] = []
  contain({
    state: newCase(factsOf(incident)),
    nowUs: incident.updated_at,
    options: { ...options, isLive: false, horizonUs: 0 },
    toldBefore: new ToldBefore(),
    emit: ({ schema, value }) => {
      if (schema === 'actions.v1') actions.push(value)
    },
  })
  return actions
}
