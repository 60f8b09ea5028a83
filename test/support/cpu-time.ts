/** Milliseconds of the processor that work takes, whatever else the machine does meanwhile. */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  return process.cpuUsage(before).user / 1_000
}
