// Generated from schemas/*.avsc by `npm run generate`; a test fails when they differ.

import type { Action } from './actions.v1.ts'
import type { Activity } from './activity.v1.ts'
import type { Alert } from './alerts.v1.ts'
import type { Baseline } from './baselines.v1.ts'
import type { Case } from './cases.v1.ts'
import type { Disposition } from './dispositions.v1.ts'
import type { Enforcement } from './enforcement.v1.ts'
import type { ApplicationEvent } from './events.application.v1.ts'
import type { DataEvent } from './events.data.v1.ts'
import type { ModelEvent } from './events.model.v1.ts'
import type { NetworkEvent } from './events.network.v1.ts'
import type { Held } from './held.v1.ts'
import type { Incident } from './incidents.v1.ts'
import type { Match } from './matches.v1.ts'
import type { Observation } from './observations.v1.ts'
import type { Reject } from './rejects.v1.ts'
import type { RuleDocument } from './rules.v1.ts'
import type { FinishedSession } from './sessions.v1.ts'
import type { StateEntry } from './state.v1.ts'

export type * from './shared.ts'
export type * from './actions.v1.ts'
export type * from './activity.v1.ts'
export type * from './alerts.v1.ts'
export type * from './baselines.v1.ts'
export type * from './cases.v1.ts'
export type * from './dispositions.v1.ts'
export type * from './enforcement.v1.ts'
export type * from './events.application.v1.ts'
export type * from './events.data.v1.ts'
export type * from './events.model.v1.ts'
export type * from './events.network.v1.ts'
export type * from './held.v1.ts'
export type * from './incidents.v1.ts'
export type * from './matches.v1.ts'
export type * from './observations.v1.ts'
export type * from './rejects.v1.ts'
export type * from './rules.v1.ts'
export type * from './sessions.v1.ts'
export type * from './state.v1.ts'

/** Each schema's record, by schema name. */
export type Records = {
  'actions.v1': Action
  'activity.v1': Activity
  'alerts.v1': Alert
  'baselines.v1': Baseline
  'cases.v1': Case
  'dispositions.v1': Disposition
  'enforcement.v1': Enforcement
  'events.application.v1': ApplicationEvent
  'events.data.v1': DataEvent
  'events.model.v1': ModelEvent
  'events.network.v1': NetworkEvent
  'held.v1': Held
  'incidents.v1': Incident
  'matches.v1': Match
  'observations.v1': Observation
  'rejects.v1': Reject
  'rules.v1': RuleDocument
  'sessions.v1': FinishedSession
  'state.v1': StateEntry
}
