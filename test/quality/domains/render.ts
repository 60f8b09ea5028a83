import { stringify } from 'yaml'

/** How a tool writes its results. */
export type Format = 'json' | 'pretty' | 'yaml' | 'table' | 'csv' | 'html' | 'text'
type Row = Record<string, unknown>

/** A result's text: a string stays as it is, rows and records take the tool's form. */
export function rendered(value: unknown, format: Format): string {
  if (typeof value === 'string') return value
  if (format === 'json') return JSON.stringify(value)
  if (format === 'pretty') return JSON.stringify(value, undefined, 2)
  if (format === 'yaml') return stringify(value, { lineWidth: 80 })
  const rows = (Array.isArray(value) ? value : [value]) as Row[]
  if (rows.length === 0) return format === 'html' ? '<p>0 results</p>' : '(no rows)'
  if (format === 'table') return table(rows)
  if (format === 'csv') return delimited(rows)
  if (format === 'html') return page(rows)
  return rows.map((row) => lines(row)).join('\n\n')
}

function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const cell = (value: unknown) => plain(value).replaceAll('\n', ' ').replaceAll('|', '/')
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => cell(row[column])))),
  ].join('\n')
}

function delimited(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const cell = (value: unknown) => {
    const text = plain(value)
    return /[;"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]
    .map((cells) => cells.join(';'))
    .join('\n')
}

function page(rows: readonly Row[]): string {
  const items = rows.map((row) => {
    const parts = Object.entries(row).map(
      ([name, value]) =>
        `<dt>${name}</dt><dd>${escaped(plain(value)).replaceAll('\n', '<br>')}</dd>`,
    )
    return `<dl>${parts.join('')}</dl>`
  })
  return `<html><body>\n${items.join('\n')}\n</body></html>`
}

function lines(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}: ${plain(value)}`)
    .join('\n')
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((member) => typeof member !== 'object')) {
    return value.join(', ')
  }
  return JSON.stringify(value)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
