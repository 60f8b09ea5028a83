import type { EvidenceStore } from '#domain/evidence.ts'
import { Fault } from '#domain/fault.ts'
import { MAKE_BOOK, READ_BOOK, recordStatement, type Migration } from '#domain/migration.ts'

/**
 * Brings the evidence tables up to these migrations; answers the names of those applied now. Run
 * again it applies nothing; cut short, it goes on with the file it was in.
 *
 * @throws Fault EVIDENCE_REFUSED where an applied file has changed, EVIDENCE_UNAVAILABLE.
 */
export async function migrate(
  store: EvidenceStore,
  migrations: readonly Migration[],
): Promise<string[]> {
  await store.command(MAKE_BOOK)
  const rows = await store.query<{ name: string; hash: string }>(READ_BOOK)
  const applied = new Map(rows.map((row) => [row.name, row.hash]))
  const changed = migrations.filter(({ name, hash }) => (applied.get(name) ?? hash) !== hash)
  if (changed.length > 0) {
    const names = changed.map(({ name }) => name).join(', ')
    throw new Fault('EVIDENCE_REFUSED', `Changed after it was applied: ${names}; add a new file`)
  }
  const due = migrations.filter(({ name }) => !applied.has(name))
  for (const migration of due) {
    for (const statement of migration.statements) await store.command(statement)
    await store.command(recordStatement(migration))
  }
  return due.map(({ name }) => name)
}
