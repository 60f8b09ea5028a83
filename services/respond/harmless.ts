/** Characters that could steer a terminal, or hide what is written. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu
const TEXT_MAX_CHARS = 300

/** Text from outside without anything invisible, cut at `maxChars`. */
function visibleText(text: string, maxChars = TEXT_MAX_CHARS): string {
  const clean = text.toWellFormed().replace(UNSAFE, '\u00b7')
  return clean.length <= maxChars ? clean : `${clean.slice(0, maxChars - 1)}\u2026`
}

/**
 * Text from outside as a Markdown code span: nothing in it is markup, a link, a mention or a
 * placeholder.
 */
export function inMarkdown(text: string, maxChars = TEXT_MAX_CHARS): string {
  const clean = visibleText(text, maxChars)
    .replaceAll('`', '\u02cb')
    .replaceAll(/\{(?=\{)/g, '{\u00b7')
    .replaceAll('<', '\u2039')
    .replaceAll('>', '\u203a')
    .replaceAll('|', '\u00a6')
  return clean.trim() === '' ? '-' : `\`${clean}\``
}

/** Text for HTML, in content and in quoted attributes. */
export function inHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** How a formula begins, in full width too, which some spreadsheets read the same. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/

/** A CSV cell that no spreadsheet takes for a formula. */
export function inCsv(text: string): string {
  const clean = visibleText(text)
  const inert = FORMULA.test(clean) ? `'${clean}` : clean
  return `"${inert.replaceAll('"', '""')}"`
}
