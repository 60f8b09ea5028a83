import type { Family } from '../fill.ts'
import { altText } from './seen/alt-text.ts'
import { anecdote } from './seen/anecdote.ts'
import { dutyOfAnother } from './seen/duty-of-another.ts'
import { farTongues } from './seen/far-tongues.ts'
import { heartfelt } from './seen/heartfelt.ts'
import { openPoints } from './seen/open-points.ts'
import { overheard } from './seen/overheard.ts'
import { base64 } from './seen/base64.ts'
import { calendarInvitation } from './unseen/calendar-invitation.ts'
import { checklist } from './unseen/checklist.ts'
import { codeComment } from './seen/code-comment.ts'
import { conditional } from './seen/conditional.ts'
import { csvTable } from './unseen/csv-table.ts'
import { dialogue } from './unseen/dialogue.ts'
import { docstring } from './seen/docstring.ts'
import { emotionalPlea } from './unseen/emotional-plea.ts'
import { fakeError } from './seen/fake-error.ts'
import { fileName } from './seen/file-name.ts'
import { french } from './seen/french.ts'
import { german } from './seen/german.ts'
import { hiddenElement } from './unseen/hidden-element.ts'
import { htmlComment } from './seen/html-comment.ts'
import { japanese } from './unseen/japanese.ts'
import { jsonObject } from './seen/json-object.ts'
import { markdownRow } from './seen/markdown-row.ts'
import { memo } from './seen/memo.ts'
import { passiveRequest } from './seen/passive-request.ts'
import { policyNotice } from './seen/policy-notice.ts'
import { polish } from './unseen/polish.ts'
import { polite } from './seen/polite.ts'
import { portuguese } from './unseen/portuguese.ts'
import { question } from './seen/question.ts'
import { reversed } from './unseen/reversed.ts'
import { signatureFooter } from './unseen/signature-footer.ts'
import { spacedLetters } from './seen/spaced-letters.ts'
import { spanish } from './seen/spanish.ts'
import { splitResults } from './seen/split-results.ts'
import { supportMacro } from './seen/support-macro.ts'
import { tagCharacters } from './unseen/tag-characters.ts'
import { terse } from './seen/terse.ts'
import { thirdParty } from './unseen/third-party.ts'
import { toDoItem } from './seen/to-do-item.ts'
import { toolNotice } from './seen/tool-notice.ts'
import { userTurn } from './seen/user-turn.ts'
import { zeroWidth } from './seen/zero-width.ts'

/** The wordings a model may be trained on. */
export const seenFamilies: readonly Family[] = [
  altText,
  base64,
  codeComment,
  conditional,
  docstring,
  fakeError,
  fileName,
  french,
  german,
  htmlComment,
  jsonObject,
  markdownRow,
  memo,
  passiveRequest,
  policyNotice,
  polite,
  question,
  spacedLetters,
  spanish,
  splitResults,
  supportMacro,
  terse,
  toDoItem,
  toolNotice,
  userTurn,
  zeroWidth,
  anecdote,
  dutyOfAnother,
  farTongues,
  heartfelt,
  openPoints,
  overheard,
]

/** The wordings that never enter training. */
export const heldOut: readonly Family[] = [
  calendarInvitation,
  checklist,
  csvTable,
  dialogue,
  emotionalPlea,
  hiddenElement,
  japanese,
  polish,
  portuguese,
  reversed,
  signatureFooter,
  tagCharacters,
  thirdParty,
]
