import type { Alert } from '#domain/records/index.ts'

/** What an alert names in `entities`, by type. */
type Entities = {
  destinations: string[]
  objects: string[]
  tool: string | undefined
  model: string | undefined
}

/** The entities of an alert: `type:value`, where the value may hold colons too. */
export function entitiesOf(alert: Alert): Entities {
  const of = (type: string): string[] =>
    alert.entities
      .filter((entity) => entity.startsWith(`${type}:`))
      .map((entity) => entity.slice(type.length + 1))
      .filter((value) => value.trim() !== '')
  return {
    destinations: of('destination'),
    objects: of('object'),
    tool: of('tool')[0],
    model: of('model')[0],
  }
}

/**
 * Who acted, through which server, with which tool. OCSF 1.8.0 has no agent and no model among its
 * evidence: the agent is the application that acts, a model stands in `data`.
 */
export function evidenceOf(alert: Alert, entities: Entities): Record<string, unknown>[] {
  const { tool, model, destinations, objects } = entities
  const [hostname] = destinations
  const [uid] = alert.event_ids
  const facts = {
    ...(tool !== undefined && { tool }),
    ...(model !== undefined && { model }),
    ...(objects.length > 0 && { objects }),
  }
  const service = { uid: alert.server_id ?? '', name: alert.server_id ?? '' }
  return [
    {
      name: tool ?? alert.layer,
      ...(uid !== undefined && { uid }),
      actor: actorOf(alert),
      ...(alert.server_id !== null && {
        api: {
          operation: alert.call_id === null ? alert.layer : 'tools/call',
          service,
          ...(alert.call_id !== null && { request: { uid: alert.call_id } }),
        },
      }),
      ...(hostname !== undefined && { dst_endpoint: { hostname } }),
      ...(Object.keys(facts).length > 0 && { data: facts }),
    },
  ]
}

function actorOf({ agent_id, user_id, session_id }: Alert): Record<string, unknown> {
  return {
    ...(agent_id !== null && { app_uid: agent_id, app_name: agent_id }),
    session: { uid: session_id },
    ...(user_id !== null && { user: { uid: user_id, name: user_id } }),
  }
}
