import type { QueryParameters } from '#domain/evidence.ts'

/** A text as a ClickHouse string literal, quotes included. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** Parameter values as the HTTP interface takes them: text with tabs and newlines escaped. */
export function parameterTexts(parameters: QueryParameters): Record<string, string> {
  const texts = Object.entries(parameters).map(([name, value]) => [name, parameterText(value)])
  return Object.fromEntries(texts) as Record<string, string>
}

function parameterText(value: QueryParameters[string]): string {
  if (typeof value === 'string') return escape(value)
  if (typeof value === 'object') return `[${value.map((item) => literal(item)).join(',')}]`
  return String(value)
}

function escape(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
}
