/** What a syslog message carries: the message itself, and who says it. */
export type SyslogMessage = { message: Buffer; stream: string }

const PRIORITY = /^<\d{1,3}>/
/** RFC 5424: version, time, host, program, process, id of the message. */
const HEADER = /^1 (\S{1,64}) (\S{1,255}) (\S{1,255}) (\S{1,128}) (\S{1,32}) /
const STRUCTURED = /^(?:-|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])+)(?: |$)/s
/** RFC 3164, as it is written: time, host, tag with or without a process. */
const OLD_TIME = String.raw`(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,30})`
const OLD_TAG = String.raw`([^\s:[\]]{1,64})(?:\[[^\]]{0,64}\])?: ?`
const OLD_HEADER = new RegExp(String.raw`^${OLD_TIME} (\S{1,255}) ${OLD_TAG}`)
const MARKS = /^(?:\u00ef\u00bb\u00bf)?(?:@cee: ?)?/
const HEAD_MAX_BYTES = 8_192

/**
 * Takes a message out of its syslog header: RFC 5424, or what older programs write; what has
 * neither header is a message whole. Never throws.
 */
export function readSyslog(bytes: Buffer): SyslogMessage {
  // A character a byte: what matches has as many bytes as characters.
  const text = bytes.subarray(0, HEAD_MAX_BYTES).toString('latin1')
  const start = PRIORITY.exec(text)?.[0].length ?? 0
  const header = HEADER.exec(text.slice(start))
  if (header !== null) {
    const behind = start + header[0].length
    const structured = STRUCTURED.exec(text.slice(behind))
    if (structured !== null)
      return cut(bytes, text, behind + structured[0].length, header[2], header[3])
  }
  const old = OLD_HEADER.exec(text.slice(start))
  if (old !== null) return cut(bytes, text, start + old[0].length, old[1], old[2])
  return cut(bytes, text, start, '', '')
}

function cut(bytes: Buffer, text: string, at: number, host = '', program = ''): SyslogMessage {
  const marks = MARKS.exec(text.slice(at))?.[0].length ?? 0
  return { message: bytes.subarray(at + marks), stream: `${host} ${program}` }
}
