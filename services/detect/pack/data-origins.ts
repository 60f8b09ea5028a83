const SUFFIX = '.origin_event_id'
/** Last words of argument names that say where something goes, not what goes there. */
const ADDRESSING: ReadonlySet<string> = new Set(
  `recipient participant attendee member user owner to cc bcc address email account iban channel
  room host url id name`.split(/\s+/),
)

/**
 * The events which the contents of a call came from, beside those that hold the instruction it
 * follows. Arguments that only address it (recipient, channel, account) do not count.
 */
export function dataOrigins(record: Readonly<Record<string, unknown>>): unknown[] {
  const origins = record['argument_origins']
  if (typeof origins !== 'object' || origins === null) return []
  const instructions = record['instruction_event_ids']
  const known: readonly unknown[] = Array.isArray(instructions) ? instructions : []
  return Object.entries(origins)
    .filter(([name, eventId]) => name.endsWith(SUFFIX) && !known.includes(eventId))
    .filter(([name]) => !isAddressing(name.slice(0, -SUFFIX.length)))
    .map(([, eventId]) => eventId)
}

/** `recipients[0]`, `message.userEmail`, `channel_id`. */
function isAddressing(path: string): boolean {
  const words = path.replaceAll(/\[\d*\]/g, '').match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? []
  const last = words.at(-1)?.toLowerCase() ?? ''
  return ADDRESSING.has(last) || ADDRESSING.has(last.replace(/e?s$/, ''))
}
