import { userInfo } from 'node:os'

import { Fault } from '#domain/fault.ts'
import { parseTime } from '#domain/time.ts'
import type { RuleState } from '#domain/records/index.ts'
import { readPack } from '../../detect/pack/pack.ts'
import { lintPack } from '../../detect/trial/lint.ts'
import { guardExpressions } from '../../detect/sigma/expression.ts'
import { faultOf } from '../door-client.ts'
import { actOnPipeline } from '../log-owner.ts'
import { withOptions, type PlaceOptions } from '../options.ts'
import { renderTable, safeText } from '../terminal.ts'
import type { RuleRow } from './rule-book.ts'
import type { RequestedRule } from './rule-changes.ts'
import { openRuleDesk } from './rule-desk.ts'
import { readRuleFiles } from './rule-files.ts'
import { answerOf, readAnswer, requestOf, type RulesAnswer, type RulesBody } from './rules-door.ts'

const LINE_MAX_CHARS = 300
const FINDINGS_MAX_COUNT = 20
const PATH = '/v1/rules'

export type ChangeFlags = PlaceOptions & { by?: string; at?: string; json?: boolean }
export type ListFlags = PlaceOptions & { all?: boolean; json?: boolean }

/** Rules by their files: of a folder, all below it. @throws Fault INPUT_UNREADABLE */
export function requestedFiles(paths: readonly string[]): RequestedRule[] {
  return paths.flatMap((path) => readRuleFiles(path)).map(({ file, text }) => ({ file, text }))
}

/**
 * Brings rules into a state and says so.
 *
 * @throws Fault BAD_RULES, NOT_FOUND where one is refused: then none is changed; BAD_USAGE.
 */
export async function changeRules(
  state: RuleState,
  rules: readonly RequestedRule[],
  flags: ChangeFlags,
): Promise<void> {
  const { by = userInfo().username, at } = flags
  if (at !== undefined && parseTime(at) === undefined)
    throw new Fault('BAD_USAGE', '--at takes an event time such as 2026-03-02T08:00:00Z')
  const effective = at === undefined ? {} : { effective_at: at }
  const answer = await send(flags, { state, by, ...effective, rules: [...rules] })
  throwRefused(answer)
  const warnings = [...answer.notes, ...lintLines(rules)]
  for (const line of warnings) process.stderr.write(`warning: ${safeText(line, LINE_MAX_CHARS)}\n`)
  const lines = flags.json === true ? jsonLines(answer) : textLines(state, answer)
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}

/** Prints the rules in force. */
export async function listRules(flags: ListFlags): Promise<void> {
  const rows = await actOnPipeline<RuleRow[]>(withOptions(process.env, flags), {
    throughDoor: async (door) => {
      const answer = await door('GET', PATH)
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw faultOf(answer)
      return (answer.json as { rules: RuleRow[] }).rules
    },
    onLog: ({ world, settings }) => openRuleDesk(world, settings, Date.now).list(),
    makesLog: false,
  })
  const shown = flags.all === true ? rows : rows.filter(({ state }) => state !== 'retired')
  const text =
    flags.json === true
      ? shown.map((row) => JSON.stringify(row)).join('\n')
      : renderTable(
          ['name', 'kind', 'level', 'state', 'version', 'since', 'by'],
          shown.map((row) => [
            row.name,
            row.kind,
            row.level,
            row.state,
            row.version,
            row.since ?? 'the pack',
            row.by ?? '',
          ]),
        )
  process.stdout.write(`${text}\n`)
}

function send(flags: ChangeFlags, body: RulesBody): Promise<RulesAnswer> {
  return actOnPipeline<RulesAnswer>(withOptions(process.env, flags), {
    throughDoor: async (door) => {
      const answer = await door('POST', PATH, body)
      if (answer.status === 404) return undefined
      if (answer.status !== 200 && answer.status !== 422) throw faultOf(answer)
      return readAnswer(answer.json)
    },
    onLog: async ({ world, settings }) => {
      const request = requestOf(body, Date.now() * 1000)
      if (request === undefined) throw new Fault('BAD_USAGE', 'Too many rules, or too long a name')
      return answerOf(await openRuleDesk(world, settings, Date.now).change(request))
    },
    makesLog: true,
  })
}

function throwRefused({ refused }: RulesAnswer): void {
  const [first] = refused
  if (first === undefined) return
  const lines = refused.map(({ line }) => safeText(line, LINE_MAX_CHARS)).join('; ')
  throw new Fault(first.code, `Nothing was changed: ${lines}`)
}

/** What the lint holds against rules that load. */
function lintLines(rules: readonly RequestedRule[]): string[] {
  guardExpressions()
  const files = rules.filter((one) => 'text' in one)
  const found = lintPack({ ...readPack(files), refused: [] })
  const lines = found
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, reason }) => `${file}:${line}: ${reason}`)
  const restCount = lines.length - FINDINGS_MAX_COUNT
  if (restCount <= 0) return lines
  return [...lines.slice(0, FINDINGS_MAX_COUNT), `and ${restCount} more; see tocsin rules check`]
}

function textLines(state: RuleState, { changed, unchanged }: RulesAnswer): string[] {
  return [
    ...changed.map(({ name, effective_at: at, revision, pack_version: pack }) => {
      return `${name} is ${state} from ${at} on (revision ${revision}, pack ${pack})`
    }),
    ...unchanged.map((name) => `${name} is ${state} already; nothing was published`),
  ].map((line) => safeText(line, LINE_MAX_CHARS))
}

function jsonLines({ changed, unchanged }: RulesAnswer): string[] {
  return [
    ...changed.map((change) => JSON.stringify(change)),
    ...unchanged.map((name) => JSON.stringify({ name, unchanged: true })),
  ]
}
