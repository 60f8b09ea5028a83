import type { Command } from 'commander'

import { Fault } from '#domain/fault.ts'
import { killSwitchId } from '../../respond/kill-switch.ts'
import { openEvidenceToRead } from '../evidence.ts'
import { withOptions } from '../options.ts'
import { sendDecision, type PersonOptions } from './decision-run.ts'
import { addPersonOptions } from './decisions.ts'

type KillFlags = PersonOptions & { tenant: string; on?: boolean }

/** Adds `tocsin kill-switch SERVER`. */
export function addKillSwitch(program: Command): void {
  const command = program
    .command('kill-switch')
    .description('turn an MCP server off for everybody, once two people have asked for it')
    .argument('<server>', 'the server')
    .requiredOption('--tenant <id>', 'whose server')
    .option('--on', 'turn it on again; this takes two people too')
  addPersonOptions(command).action(async (server: string, flags: KillFlags) => {
    const evidence = await openEvidenceToRead(withOptions(process.env, flags))
    try {
      const { tenant: tenantId } = flags
      const turn = flags.on === true ? 'on' : 'off'
      const incidentId = killSwitchId(tenantId, server)
      const parameters = { decision: 'kill-switch', server, turn }
      const outcome = await sendDecision({ tenantId, incidentId, parameters }, flags, evidence)
      if (outcome === undefined)
        throw new Fault('NOT_FOUND', 'Nobody answers: is `respond` running?')
      const [row] = await evidence.query<{ phase: string }>(LAST, {
        tenant_id: tenantId,
        incident_id: incidentId,
        step: `turn-server-${turn}`,
      })
      const isDone = row?.phase !== 'planned'
      process.stdout.write(isDone ? `${turn}: done\n` : `${turn}: a second person is needed\n`)
    } finally {
      await evidence.close()
    }
  })
}

const LAST = `SELECT phase FROM actions
  WHERE tenant_id = {tenant_id:String} AND incident_id = {incident_id:String}
    AND parameters['step'] = {step:String}
  ORDER BY occurred_at DESC LIMIT 1`
