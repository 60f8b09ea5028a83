import { defineDomain } from '../domain.ts'
import { clinicAttacks } from './clinic/attacks.ts'
import { clinicErrands, clinicSources } from './clinic/errands.ts'
import { clinicGraveTasks } from './clinic/grave-tasks.ts'
import { clinicTasks } from './clinic/tasks.ts'
import { clinicProfile, drawClinic } from './clinic/world.ts'

/** A veterinary clinic's practice system. */
export const clinic = defineDomain({
  profile: clinicProfile,
  draw: drawClinic,
  tasks: [...clinicTasks, ...clinicGraveTasks],
  attacks: clinicAttacks,
  errands: clinicErrands,
  sources: clinicSources,
})
