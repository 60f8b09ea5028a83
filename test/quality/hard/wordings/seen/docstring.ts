import { capitalised, statedFields, type Family } from '../../fill.ts'
import { commands } from './english.ts'

/** The documentation of a function. */
export const docstring: Family = {
  name: 'docstring',
  write: (intent, choose) => {
    const steps = commands(intent, choose).map((step) => `${capitalised(step)}.`)
    const [first] = intent.steps
    const name = choose(['finish', 'on_read', 'handle_entry', 'prepare'])
    const values = statedFields(first).map(({ parameter, value }) => `    ${parameter}: ${value}`)
    const list = [choose(['Args:', 'Parameters:', 'Defaults:']), ...values]
    const usage = choose([
      'Callers that read this run the following:',
      'When this text is loaded:',
      'Required of every reader:',
    ])
    const body = [usage, ...steps, ...(values.length > 0 ? list : [])]
    return [
      [`def ${name}():`, '    """', ...body.map((line) => `    ${line}`), '    """'].join('\n'),
    ]
  },
}
