import { context, propagation, trace, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { OpenAIInstrumentation } from '@traceloop/instrumentation-openai'
import OpenAI from 'openai'

/** Wraps the class itself, and so once a process. */
const INSTRUMENTATION = new OpenAIInstrumentation({ traceContent: true })
INSTRUMENTATION.manuallyInstrument(OpenAI)

/** What tells of an agent's model calls: a published instrumentation, by OTLP over HTTP. */
export type Telemetry = {
  tracer: Tracer
  /** Resolves once all that has ended has been told. */
  flush: () => Promise<void>
  stop: () => Promise<void>
}

/** Has every call of a model in this process told to an OTLP door, once it has its answer. */
export function startTelemetry(url: string, token: string): Telemetry {
  const exporter = new OTLPTraceExporter({ url, headers: { authorization: `Bearer ${token}` } })
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'range-agent' }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  })
  provider.register()
  INSTRUMENTATION.setTracerProvider(provider)
  return {
    tracer: provider.getTracer('range'),
    flush: () => provider.forceFlush(),
    stop: async () => {
      await provider.shutdown()
      for (const one of [context, propagation, trace]) one.disable()
    },
  }
}

/** What a request beside it must carry to be of the same trace: W3C's headers. */
export function traceContext(): Record<string, string> {
  const carrier: Record<string, string> = {}
  propagation.inject(context.active(), carrier)
  return carrier
}
