import { z } from 'zod'

const SESSION = z.object({
  session_id: z.string(),
  label: z.enum(['benign', 'injection_succeeded', 'injection_resisted', 'injected_not_exposed']),
  user_task: z.string().optional(),
  suite: z.string().optional(),
  /** What the attack was, by the name its makers gave it. */
  attack: z.string().nullish(),
  /** What it did, as a severity, a colon and its kind: `critical:exfiltration`. */
  severity: z.string().nullish(),
})
const EVENT = z.object({
  event_id: z.string(),
  session_id: z.string(),
  label: z.enum(['injection_exposed', 'attacker_action']),
})

export type SessionLabel = z.infer<typeof SESSION>
type EventLabel = z.infer<typeof EVENT>

/** What people know about a pack of sessions. */
export type Labels = { sessions: SessionLabel[]; events: EventLabel[] }

/**
 * Reads labels, one JSON object a line (quality.md, Data). A line that is neither kind is counted
 * in `ignoredCount`, for instance a label this version does not know.
 */
export function readLabels(lines: readonly string[]): Labels & { ignoredCount: number } {
  const labels = { sessions: [] as SessionLabel[], events: [] as EventLabel[], ignoredCount: 0 }
  for (const line of lines) {
    if (line.trim() === '') continue
    const json = parseJson(line)
    const event = EVENT.safeParse(json)
    const session = SESSION.safeParse(json)
    if (event.success) labels.events.push(event.data)
    else if (session.success) labels.sessions.push(session.data)
    else labels.ignoredCount += 1
  }
  return labels
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
