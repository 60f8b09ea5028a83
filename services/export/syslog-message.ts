import { findingUid, type OcsfEvent } from './ocsf.ts'

/** Syslog's severities by ours: from informational to critical. */
const SEVERITIES = { 1: 6, 2: 5, 3: 4, 4: 3, 5: 2 } as const
const VALUE_MAX_CHARS = 256

/** Who speaks, in the header of each message. */
export type Speaker = {
  hostname: string
  /** 0 to 23; 13 is the log audit. */
  facility: number
  /** Private enterprise number (IANA) of the structured data's name. */
  enterpriseId: number
}

/**
 * One message of RFC 5424 with its length before it, as RFC 5425 has it on TLS. Structured data
 * names finding and event, so a receiver can tell what came twice. `text` holds no line end.
 */
export function syslogFrame(event: OcsfEvent, text: string, speaker: Speaker): Buffer {
  const { hostname, facility, enterpriseId } = speaker
  const priority = facility * 8 + SEVERITIES[event.severity_id]
  const time = new Date(event.time).toISOString()
  const kind = event.class_uid === 2005 ? 'incident' : 'finding'
  const data = [
    ['uid', findingUid(event)],
    ['event', event.metadata.uid],
    ['activity', event.activity_name],
    ...(event.metadata.labels ?? []).map((label) => ['label', label] as const),
  ].map(([name, value]) => `${name}="${inData(value ?? '')}"`)
  const header = `<${priority}>1 ${time} ${inHeader(hostname)} tocsin - ${kind}`
  const message = Buffer.from(`${header} [tocsin@${enterpriseId} ${data.join(' ')}] ${text}`)
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}

/** A name in the header: printable ASCII without blanks, at most 255 characters. */
function inHeader(text: string): string {
  const clean = text.replace(/[^\x21-\x7e]/g, '').slice(0, 255)
  return clean === '' ? '-' : clean
}

function inData(text: string): string {
  return text
    .slice(0, VALUE_MAX_CHARS)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '\u00b7')
    .replace(/[\\"\]]/g, (sign) => `\\${sign}`)
}
