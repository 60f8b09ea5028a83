import { performance } from 'node:perf_hooks'

/** What one piece of work cost. Memory is the process's peak so far. */
export type Cost = {
  name: string
  count: number
  wallMs: number
  cpuMs: number
  peakRssBytes: number
}

/** Measures one piece of work; it answers how many events or records it was about. */
export async function costOf(name: string, work: () => Promise<number>): Promise<Cost> {
  globalThis.gc?.()
  const cpuAtStart = process.cpuUsage()
  const startedAtMs = performance.now()
  process.stderr.write(`${name}…\n`)
  const count = await work()
  const wallMs = performance.now() - startedAtMs
  const cpu = process.cpuUsage(cpuAtStart)
  return {
    name,
    count,
    wallMs,
    cpuMs: (cpu.user + cpu.system) / 1000,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  }
}

/** Costs as a Markdown table: rate, CPU seconds per million, peak memory. */
export function renderCosts(costs: readonly Cost[]): string {
  const rows = costs.map(({ name, count, wallMs, cpuMs, peakRssBytes }) =>
    [
      name,
      String(count),
      Math.round((count / wallMs) * 1000).toLocaleString('en'),
      ((cpuMs / Math.max(count, 1)) * 1000).toFixed(1),
      `${Math.round(peakRssBytes / 2 ** 20)} MiB`,
    ].join(' | '),
  )
  const head = 'work | records | records/s | CPU s per million | peak memory'
  return [`| ${head} |`, '|---|--:|--:|--:|--:|', ...rows.map((row) => `| ${row} |`)].join('\n')
}
