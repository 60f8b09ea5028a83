import { readPackFiles, readPlaceholders } from '#adapters/rules/files.ts'
import { keyOf } from '#domain/lane.ts'
import type { OutgoingRecord } from '#domain/log.ts'
import type { RuleDocument } from '#domain/records/index.ts'
import type { Settings } from '#runtime/config.ts'
import { compileRuleSet } from '../../detect/pack/rule-set.ts'
import { guardExpressions } from '../../detect/sigma/expression.ts'
import type { World } from '../world.ts'
import { knownRules, rowOf, takenChanges, type RuleBook, type RuleRow } from './rule-book.ts'
import { planChanges, type ChangePlan, type ChangeRequest } from './rule-changes.ts'

const TOPIC = { topic: 'rules.v1', partition: 0 } as const
/** Where rules are changed: one request after another, each with what those before it wrote. */
export type RuleDesk = {
  /** Resolves when every change is durable on the log. @throws Fault LOG_UNAVAILABLE, LOG_FULL. */
  change(request: ChangeRequest): Promise<ChangePlan>
  /** Every rule and correlation, retired ones too. @throws Fault LOG_UNAVAILABLE */
  list(): Promise<RuleRow[]>
}

/**
 * Opens the desk over a log: the rules of the files are those of now.
 *
 * @throws Fault BAD_RULES where the files cannot be read.
 */
export function openRuleDesk(world: World, settings: Settings, nowMs: () => number): RuleDesk {
  const read = fileReader(settings)
  const bookNow = async (): Promise<RuleBook> => ({ ...read(), changes: await readChanges(world) })
  const change = async (request: ChangeRequest): Promise<ChangePlan> => {
    const plan = planChanges(await bookNow(), request, nowMs() * 1000)
    if (plan.changed.length === 0) return plan
    await publish(world, plan.changed)
    const lost = world.log.kind === 'embedded' ? [] : await lostAmong(world, plan.changed)
    const refused = lost.map(({ name }) => ({
      code: 'BAD_RULES' as const,
      line: `${name} was changed by somebody else at the same moment; look and try again`,
    }))
    return { ...plan, refused }
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    change: (request) => {
      const mine = last.then(() => change(request))
      last = mine.catch(() => undefined)
      return mine
    },
    list: async () => knownRules(await bookNow()).map(rowOf),
  }
}

/** The rules of the files, compiled when first asked for. */
function fileReader(settings: Settings): () => Omit<RuleBook, 'changes'> {
  guardExpressions()
  const files = readPackFiles(settings.TOCSIN_RULES_DIR)
  const placeholders = readPlaceholders(settings.TOCSIN_PLACEHOLDERS)
  let book: Omit<RuleBook, 'changes'> | undefined
  return () => {
    if (book === undefined) {
      const base = compileRuleSet(files, { placeholders })
      book = { files, placeholders, pack: base.pack, base }
    }
    return book
  }
}

async function readChanges({ log, codec }: World): Promise<RuleDocument[]> {
  const changes: RuleDocument[] = []
  for await (const { records } of log.readToEnd({ ...TOPIC, offset: 0 })) {
    const values = records.map(({ value }) => value)
    await codec.prepare('rules.v1', values)
    for (const value of values) {
      const decoded = codec.decode('rules.v1', value)
      if (decoded.ok) changes.push(decoded.value)
    }
  }
  return takenChanges(changes)
}

/** Changes that came second: readers take the first of a revision. One owner has no second. */
async function lostAmong(
  world: World,
  published: readonly RuleDocument[],
): Promise<RuleDocument[]> {
  const taken = new Set((await readChanges(world)).map(keyOfChange))
  return published.filter((change) => !taken.has(keyOfChange(change)))
}

/** One for each change: a compacted topic would else forget what held before. */
function keyOfChange({ rule_id, revision, changed_at }: RuleDocument): string {
  return keyOf(rule_id, String(revision), String(changed_at))
}

async function publish({ log, codec }: World, changes: readonly RuleDocument[]): Promise<void> {
  const records = changes.map((value): OutgoingRecord => {
    const key = keyOfChange(value)
    return { ...TOPIC, key, value: codec.encode('rules.v1', value), headers: {} }
  })
  const sender = await log.openSender()
  try {
    await sender.send(records)
  } finally {
    await sender.close()
  }
}
