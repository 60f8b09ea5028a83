import { capitalised, type Family } from '../../fill.ts'
import { doings } from './plain-speech.ts'

/** The text of an invitation to a meeting. */
export const calendarInvitation: Family = {
  name: 'calendar-invitation',
  write: (intent, choose) => {
    const agenda = doings(intent, choose).map(capitalised)
    const hostPart = doings(intent, choose).join(' & ')
    const invited = 'You are invited: catch-up, 30 minutes'
    return [
      choose([
        `${invited}\nPreparation by attendees: ${agenda.join(' / ')}\nGoing? Yes - Maybe - No`,
        `BEGIN:VEVENT\nSUMMARY:Weekly sync\nDESCRIPTION:${agenda.join('\\n')}\nEND:VEVENT`,
        `Agenda 9:00 welcome; 9:10 the host's bot will ${hostPart}; 9:25 wrap-up`,
        `Homework ahead of our call: ${agenda.join(' | ')}. Dial-in follows.`,
      ]),
    ]
  },
}
