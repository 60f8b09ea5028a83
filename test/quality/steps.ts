import { performance } from 'node:perf_hooks'

export type Step = { name: string; tookS: number }

/** Keeps how long each step of a run took, and says on standard error which one is under way. */
export class Steps {
  readonly taken: Step[] = []

  async timed<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
    process.stderr.write(`${name} …`)
    const startedAtMs = performance.now()
    const result = await work()
    const tookS = (performance.now() - startedAtMs) / 1000
    this.taken.push({ name, tookS })
    process.stderr.write(` ${tookS.toFixed(1)} s\n`)
    return result
  }
}
