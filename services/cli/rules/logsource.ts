import { Fault } from '#domain/fault.ts'
import type { LogSource } from '../../detect/sigma/sigma-rule.ts'

const KEYS = ['product', 'category', 'service'] as const

/** Reads `product=P,category=C,service=S`, any of the three. @throws Fault BAD_USAGE */
export function parseLogsource(text: string): LogSource {
  const logsource: LogSource = {}
  for (const part of text.split(',')) {
    const [name = '', ...rest] = part.split('=')
    const key = KEYS.find((known) => known === name.trim())
    const value = rest.join('=').trim()
    if (key === undefined || value === '' || logsource[key] !== undefined) {
      throw new Fault('BAD_USAGE', '--logsource takes product=P,category=C,service=S')
    }
    logsource[key] = value
  }
  return logsource
}
