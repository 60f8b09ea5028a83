import { defineDomain } from '../domain.ts'
import { trackerAttacks } from './tracker/attacks.ts'
import { trackerErrands, trackerSources } from './tracker/errands.ts'
import { trackerGraveTasks } from './tracker/grave-tasks.ts'
import { trackerTasks } from './tracker/tasks.ts'
import { drawTracker, trackerProfile } from './tracker/world.ts'

/** A software team's issue tracker and deploy console. */
export const tracker = defineDomain({
  profile: trackerProfile,
  draw: drawTracker,
  tasks: [...trackerTasks, ...trackerGraveTasks],
  attacks: trackerAttacks,
  errands: trackerErrands,
  sources: trackerSources,
})
