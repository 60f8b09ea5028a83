import { asks, answers, ATTACK_DAY, calls, ends, returns } from '../script.ts'
import type { Scenario, Step } from '../script.ts'

/**
 * Category 3. The conversation is over, and its credential still calls a tool.
 * Deciding: how long after the end; the twin's call trails in twenty seconds later, as a task does
 * that was under way.
 */
export const AFTER_END: Scenario = {
  category: 3,
  name: 'after-end',
  cast: { agent: 'travel-desk', user: 'noor', scope: {} },
  history: [],
  attack: { session: 'woken', day: ATTACK_DAY, steps: steps(1_260) },
  twin: { session: 'trailing', day: ATTACK_DAY, steps: steps(20) },
}

function steps(afterEndS: number): Step[] {
  const search = calls('search', 3, 'rail/find_trains', { from: 'Aveiro', to: 'Braga' })
  const again = calls('call-after-end', 20 + afterEndS, 'rail/find_trains', {
    from: 'Braga',
    to: 'Aveiro',
  })
  return [
    asks('asked', 0, 'Which trains go from Aveiro to Braga tomorrow, and back?'),
    search,
    returns('trains', 4, search, '08:12 direct, 09:40 change at Campanha'),
    answers('answer', 6, 'There is a direct train at 08:12.'),
    ends('end', 20),
    again,
  ]
}
