import { defineDomain } from '../domain.ts'
import { libraryAttacks } from './library/attacks.ts'
import { libraryErrands, librarySources } from './library/errands.ts'
import { libraryGraveTasks } from './library/grave-tasks.ts'
import { libraryTasks } from './library/tasks.ts'
import { drawLibrary, libraryProfile } from './library/world.ts'

/** A municipal library. */
export const library = defineDomain({
  profile: libraryProfile,
  draw: drawLibrary,
  tasks: [...libraryTasks, ...libraryGraveTasks],
  attacks: libraryAttacks,
  errands: libraryErrands,
  sources: librarySources,
})
