import { defineDomain } from '../domain.ts'
import { tenancyAttacks } from './tenancy/attacks.ts'
import { tenancyErrands, tenancySources } from './tenancy/errands.ts'
import { tenancyGraveTasks } from './tenancy/grave-tasks.ts'
import { tenancyTasks } from './tenancy/tasks.ts'
import { drawTenancy, tenancyProfile } from './tenancy/world.ts'

/** A property manager. */
export const tenancy = defineDomain({
  profile: tenancyProfile,
  draw: drawTenancy,
  tasks: [...tenancyTasks, ...tenancyGraveTasks],
  attacks: tenancyAttacks,
  errands: tenancyErrands,
  sources: tenancySources,
})
