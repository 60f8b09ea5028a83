/**
 * The messages of OTLP/HTTP that are read and answered here, as protobufjs' descriptor: field
 * numbers of opentelemetry-proto 1.x (`collector/trace/v1`, `collector/logs/v1`) and of
 * `google.rpc.Status`. Fields that are not named are skipped.
 */
export const OTLP_MESSAGES = {
  nested: {
    TraceRequest: { fields: { resourceSpans: list('ResourceSpans', 1) } },
    TraceResponse: { fields: { partialSuccess: one('PartialSuccess', 1) } },
    LogsRequest: { fields: { resourceLogs: list('ResourceLogs', 1) } },
    LogsResponse: { fields: { partialSuccess: one('PartialSuccess', 1) } },
    PartialSuccess: { fields: { rejected: one('int64', 1), errorMessage: one('string', 2) } },
    Status: { fields: { code: one('int32', 1), message: one('string', 2) } },
    ResourceSpans: {
      fields: {
        resource: one('Resource', 1),
        scopeSpans: list('ScopeSpans', 2),
        schemaUrl: one('string', 3),
      },
    },
    ScopeSpans: {
      fields: { scope: one('Scope', 1), spans: list('Span', 2), schemaUrl: one('string', 3) },
    },
    Span: {
      fields: {
        traceId: one('bytes', 1),
        spanId: one('bytes', 2),
        traceState: one('string', 3),
        parentSpanId: one('bytes', 4),
        name: one('string', 5),
        kind: one('int32', 6),
        startTimeUnixNano: one('fixed64', 7),
        endTimeUnixNano: one('fixed64', 8),
        attributes: list('KeyValue', 9),
        droppedAttributesCount: one('uint32', 10),
        events: list('Event', 11),
        droppedEventsCount: one('uint32', 12),
        links: list('Link', 13),
        droppedLinksCount: one('uint32', 14),
        status: one('SpanStatus', 15),
        flags: one('fixed32', 16),
      },
    },
    Event: {
      fields: {
        timeUnixNano: one('fixed64', 1),
        name: one('string', 2),
        attributes: list('KeyValue', 3),
        droppedAttributesCount: one('uint32', 4),
      },
    },
    Link: {
      fields: {
        traceId: one('bytes', 1),
        spanId: one('bytes', 2),
        traceState: one('string', 3),
        attributes: list('KeyValue', 4),
        droppedAttributesCount: one('uint32', 5),
        flags: one('fixed32', 6),
      },
    },
    SpanStatus: { fields: { message: one('string', 2), code: one('int32', 3) } },
    ResourceLogs: {
      fields: {
        resource: one('Resource', 1),
        scopeLogs: list('ScopeLogs', 2),
        schemaUrl: one('string', 3),
      },
    },
    ScopeLogs: {
      fields: {
        scope: one('Scope', 1),
        logRecords: list('LogRecord', 2),
        schemaUrl: one('string', 3),
      },
    },
    LogRecord: {
      fields: {
        timeUnixNano: one('fixed64', 1),
        severityNumber: one('int32', 2),
        severityText: one('string', 3),
        body: one('AnyValue', 5),
        attributes: list('KeyValue', 6),
        droppedAttributesCount: one('uint32', 7),
        flags: one('fixed32', 8),
        traceId: one('bytes', 9),
        spanId: one('bytes', 10),
        observedTimeUnixNano: one('fixed64', 11),
        eventName: one('string', 12),
      },
    },
    Resource: {
      fields: { attributes: list('KeyValue', 1), droppedAttributesCount: one('uint32', 2) },
    },
    Scope: {
      fields: {
        name: one('string', 1),
        version: one('string', 2),
        attributes: list('KeyValue', 3),
        droppedAttributesCount: one('uint32', 4),
      },
    },
    KeyValue: { fields: { key: one('string', 1), value: one('AnyValue', 2) } },
    ArrayValue: { fields: { values: list('AnyValue', 1) } },
    KeyValueList: { fields: { values: list('KeyValue', 1) } },
    AnyValue: {
      oneofs: {
        value: {
          oneof: [
            'stringValue',
            'boolValue',
            'intValue',
            'doubleValue',
            'arrayValue',
            'kvlistValue',
            'bytesValue',
          ],
        },
      },
      fields: {
        stringValue: one('string', 1),
        boolValue: one('bool', 2),
        intValue: one('int64', 3),
        doubleValue: one('double', 4),
        arrayValue: one('ArrayValue', 5),
        kvlistValue: one('KeyValueList', 6),
        bytesValue: one('bytes', 7),
      },
    },
  },
}

function one(type: string, id: number): { type: string; id: number } {
  return { type, id }
}

function list(type: string, id: number): { rule: 'repeated'; type: string; id: number } {
  return { rule: 'repeated', type, id }
}
