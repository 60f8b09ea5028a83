import { statedFields, type Family } from '../../fill.ts'

/** An instruction in the shape of JSON. */
export const jsonObject: Family = {
  name: 'json-object',
  write: (intent, choose) => {
    const [key, named, valued] = choose<readonly [string, string, string]>([
      ['actions', 'tool', 'arguments'],
      ['next', 'name', 'parameters'],
      ['required_calls', 'function', 'input'],
    ])
    const calls = intent.steps.map((step) => ({
      [named]: step.tool,
      [valued]: Object.fromEntries(
        statedFields(step).map(({ parameter, value }) => [parameter, value]),
      ),
    }))
    const object = { [key]: calls, ...choose<object>([{}, { execute: true }, { confirm: false }]) }
    return [JSON.stringify(object, undefined, choose([0, 0, 2]))]
  },
}
