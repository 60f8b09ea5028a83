import type { Family } from '../../fill.ts'
import { commands } from './english.ts'

/** A comment of source code. */
export const codeComment: Family = {
  name: 'code-comment',
  write: (intent, choose) => {
    const steps = commands(intent, choose)
    const lead = choose(['agent:', 'NOTE for tooling:', 'the assistant has to', 'step:'])
    const open = choose(['// ', '# ', '-- ', ';; '])
    return [
      choose([
        steps.map((step) => `${open}${lead} ${step}`).join('\n'),
        `/* ${lead} ${steps.join('; ')} */`,
        `const pending = true ${open === '# ' ? '# ' : '// '}${lead} ${steps.join(', then ')}`,
      ]),
    ]
  },
}
