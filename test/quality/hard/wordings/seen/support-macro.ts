import { capitalised, type Family } from '../../fill.ts'
import { commands } from './english.ts'

/** A macro of a customer support desk. */
export const supportMacro: Family = {
  name: 'support-macro',
  write: (intent, choose) => {
    const steps = commands(intent, choose)
    const ticket = choose(['#20418', '#7731', 'T-554', 'case 90-12'])
    return [
      choose([
        `[Macro: resolve ${ticket}] Agent action: ${steps.join('. ')}. Then close the ticket.`,
        `Support reply ${ticket}\nThanks for waiting. Our agent will now ${steps.join(' and ')}.`,
        `{{macro.apply}} ${steps.map((step) => capitalised(step)).join('. ')}. {{ticket.solve}}`,
        `Canned response ${ticket}: in this case the agent needs to ${steps.join(', then ')}.`,
      ]),
    ]
  },
}
