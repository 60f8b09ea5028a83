import { defineDomain } from '../domain.ts'
import { hotelAttacks } from './hotel/attacks.ts'
import { hotelErrands, hotelSources } from './hotel/errands.ts'
import { hotelGraveTasks } from './hotel/grave-tasks.ts'
import { hotelTasks } from './hotel/tasks.ts'
import { drawHotel, hotelProfile } from './hotel/world.ts'

/** A small hotel's front office. */
export const hotel = defineDomain({
  profile: hotelProfile,
  draw: drawHotel,
  tasks: [...hotelTasks, ...hotelGraveTasks],
  attacks: hotelAttacks,
  errands: hotelErrands,
  sources: hotelSources,
})
