import type { DoorRoute } from '#domain/door.ts'

export type Probes = {
  /** Reasons why this process should be restarted; none: it is healthy. */
  ailments: () => readonly string[]
  /** Reasons why it cannot work now; none: it is ready. */
  obstacles: () => readonly string[]
  /** Prometheus' text exposition. */
  metrics: () => string | Promise<string>
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** `/healthz` and `/readyz` for whoever asks, `/metrics` for admins. */
export function probeRoutes(probes: Probes): DoorRoute[] {
  return [
    probe('/healthz', probes.ailments),
    probe('/readyz', probes.obstacles),
    {
      method: 'GET',
      path: '/metrics',
      roles: ['admin'],
      handle: async () => ({
        status: 200,
        contentType: METRICS_TYPE,
        text: await probes.metrics(),
      }),
    },
  ]
}

function probe(path: string, reasons: () => readonly string[]): DoorRoute {
  return {
    method: 'GET',
    path,
    roles: [],
    handle: () => {
      const found = reasons()
      const isOk = found.length === 0
      const json = isOk ? { status: 'ok' } : { status: 'failing', reasons: found }
      return Promise.resolve({ status: isOk ? 200 : 503, json })
    },
  }
}
