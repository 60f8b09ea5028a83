/** Characters that steer a terminal, end a line, or hide what is written. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** Text on one line, at most `maxChars` long; what cannot be seen stands as a middle dot. */
export function oneLine(text: string, maxChars: number): string {
  return text.slice(0, maxChars).toWellFormed().replace(UNSAFE, '\u00b7')
}
