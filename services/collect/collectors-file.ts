import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'

import { Fault } from '#domain/fault.ts'
import { problemsOf } from '#domain/problems.ts'
import { collectorSchema, type CollectorEntry } from './collector-settings.ts'

/**
 * Reads a file of collectors: YAML with a list `collectors`.
 *
 * @throws Fault BAD_SETTINGS with one message that names every wrong setting by its path.
 */
export function parseCollectors(
  yaml: string,
  fileName: string,
  formats: ReadonlySet<string>,
): CollectorEntry[] {
  let document: unknown
  try {
    document = parse(yaml)
  } catch (cause) {
    const where = cause instanceof YAMLParseError ? ` at line ${cause.linePos?.[0].line}` : ''
    throw new Fault('BAD_SETTINGS', `${fileName}: no YAML${where}`, { cause })
  }
  const schema = z.strictObject({
    collectors: z.array(collectorSchema(formats)).min(1).max(200).superRefine(refuseTwins),
  })
  const read = schema.safeParse(document)
  if (read.success) return read.data.collectors
  throw new Fault('BAD_SETTINGS', `${fileName}: ${problemsOf(read.error)}`)
}

/** Checks what a command line says of one collector. @throws Fault BAD_SETTINGS */
export function parseCollector(entry: unknown, formats: ReadonlySet<string>): CollectorEntry {
  const read = collectorSchema(formats).safeParse(entry)
  if (read.success) return read.data
  throw new Fault('BAD_SETTINGS', `Bad settings: ${problemsOf(read.error)}`)
}

function refuseTwins(entries: readonly CollectorEntry[], context: z.RefinementCtx): void {
  const names = entries.map(({ name }) => name)
  for (const [index, name] of names.entries())
    if (names.indexOf(name) < index)
      context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is there twice' })
}
