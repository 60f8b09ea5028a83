/** Letters, digits and signs in the width of Han, and those of formulas, which only look other. */
const OTHER_FORMS = /[\uff01-\uff5e]+|(?:\ud835[\udc00-\udfff])+/g

/**
 * The text with such letters as they are written everywhere else, each one for one: an address or a
 * number is the same value in both.
 */
export function plainLetters(text: string): string {
  return text.replaceAll(OTHER_FORMS, (run) => run.normalize('NFKC'))
}
