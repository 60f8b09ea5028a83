import { ALL_FORMATS } from '../../collect/normalize/all-formats.ts'
import { benchInput } from './input.ts'
import { measure } from './measure.ts'

const EVENTS_COUNT = 20_000

/** Measures the format named by the one argument, and prints what it measured as JSON. */
function main(name: string | undefined): void {
  const format = ALL_FORMATS.find((one) => one.name === name)
  if (format === undefined) throw new TypeError(`there is no format ${name}`)
  const collect = gc
  if (collect === undefined) throw new TypeError('node needs --expose-gc here')
  const collectGarbage = (): void => {
    collect()
  }
  const measured = measure(format, benchInput(format, EVENTS_COUNT), collectGarbage)
  process.stdout.write(`${JSON.stringify(measured)}\n`)
}

main(process.argv[2])
