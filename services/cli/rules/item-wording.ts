import type { PlacedItem } from '../../detect/trial/near-misses.ts'

type Plain = Readonly<Record<string, unknown>>

/** An item as its rule writes it, such as `effect: ["send","pay"]`; its field where it cannot. */
export function wordingOf(
  plain: Plain | undefined,
  selection: string,
  { alternative, index, item }: PlacedItem,
): string {
  const fallback = item.field ?? 'keywords'
  const detection = plain?.['detection']
  if (!isRecord(detection)) return fallback
  const written = detection[selection]
  const maps: readonly unknown[] = Array.isArray(written) ? written.filter(isRecord) : [written]
  const map = maps[alternative]
  if (!isRecord(map)) return fallback
  const [key, value] = Object.entries(map)[index] ?? []
  // A filter or a pipeline may have put another item in this place.
  if (key === undefined || key.split('|', 1)[0] !== (item.field ?? '')) return fallback
  return `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
}

function isRecord(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
