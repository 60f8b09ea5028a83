import type { Field, Subject, SummaryTemplate } from './pack/rule.ts'

const SUMMARY_MAX_LENGTH = 200
const VALUE_MAX_LENGTH = 80
const LIST_MAX_COUNT = 8
const DECIMAL_COUNT = 2

/** A rule's summary of one record: printable ASCII, at most 200 characters, no content. */
export function renderSummary(template: SummaryTemplate, subject: Subject, note = ''): string {
  const text = template
    .map((piece) => (typeof piece === 'string' ? piece : renderField(piece, subject)))
    .join('')
  return printable(
    `${printable(text, SUMMARY_MAX_LENGTH - note.length)}${note}`,
    SUMMARY_MAX_LENGTH,
  )
}

/** Text cut to `maxLength`; what is not printable ASCII becomes `?`. */
function printable(text: string, maxLength: number): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, maxLength)
}

function renderField(field: Field, subject: Subject): string {
  const value = field.read(subject)
  if (!Array.isArray(value)) return renderValue(value)
  const values: readonly unknown[] = value
  return values.length === 0 ? 'none' : values.slice(0, LIST_MAX_COUNT).map(renderValue).join(', ')
}

function renderValue(value: unknown): string {
  if (typeof value === 'string') return printable(value, VALUE_MAX_LENGTH)
  if (typeof value === 'number') return String(Number(value.toFixed(DECIMAL_COUNT)))
  return typeof value === 'boolean' ? String(value) : 'unknown'
}
