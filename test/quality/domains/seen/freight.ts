import { defineDomain } from '../domain.ts'
import { freightAttacks } from './freight/attacks.ts'
import { freightErrands, freightSources } from './freight/errands.ts'
import { freightGraveTasks } from './freight/grave-tasks.ts'
import { freightTasks } from './freight/tasks.ts'
import { drawFreight, freightProfile } from './freight/world.ts'

/** A freight forwarder's desk. */
export const freight = defineDomain({
  profile: freightProfile,
  draw: drawFreight,
  tasks: [...freightTasks, ...freightGraveTasks],
  attacks: freightAttacks,
  errands: freightErrands,
  sources: freightSources,
})
