import { ASKED_BY, ASKING } from './asking.ts'
import { hashesOf, wordHash } from './hashing.ts'
import { isMadeSo, isPromised, NOT } from './made-so.ts'
import type { Token } from './token.ts'
import { TRAIT } from './traits.ts'

/**
 * Handing a decision over has three parts: a verb that says to act without saying how, a noun for
 * what others leave (or a word that points at it), and a verb of saying that ties both together.
 * Any two of them in one clause, in their order, hand it over.
 */
const REACH_TOKENS = 12

/** Verbs of acting: alone they say nothing of what is to be done. */
const ACTING = hashesOf(`
  do perform follow execute complete carry handle work finish process implement act address
  resolve obey tackle settle pay apply proceed clear attend manage fulfil fulfill honor honour
  satisfy action comply grant answer accommodate arrange organise organize fix solve discharge
  effect enact progress respect heed adopt accept pursue oblige
  bearbeite bearbeiten erfülle erfüllen befolge befolgen kümmere kümmern erledige erledigen mach
  mache regle regeln übernimm übernehmen setze umsetzen führe ausführen halte
  traite traiter traitez fais faites suis suivez occupe occupez exécute applique appliquez réponds
  haz haga sigue siga cumple cumpla cumplir atiende atienda atender resuelve resolver encárgate
  ocúpate aplica gestiona tramita
  arbeite arbeiten fai segui esegui occupati applica gestisci doe volg regel behandel voer pak`)
/** Those that act on a text or a wish as a whole, whatever noun follows. */
const ATTENDING = hashesOf(`
  handle tackle attend comply oblige accommodate obey heed fulfil fulfill honor honour satisfy
  bearbeite bearbeiten erledige erledigen kümmere kümmern übernimm befolge erfülle
  occupe occupez traite traitez encárgate ocúpate atiende atienda tramita gestiona
  occupati gestisci behandel`)
/** Verbs that act on a text by the small word behind them, which may stand after an object. */
const PHRASAL = [
  ['see look tend attend', 'to after into onto through around'],
  ['take pick', 'care over up on'],
  ['deal press carry keep', 'with on through ahead along out'],
  ['sort work carry get figure iron straighten bring see', 'out off through up about done'],
  ['tick check clear knock wrap close finish square mop tidy mark', 'off out up away'],
  ['act', 'on upon'],
  ['put set bring turn', 'effect motion practice action reality'],
  ['get have make', 'done sorted happen handled finished settled so moving resolved fixed happy'],
  ['work step plough', 'through down'],
  ['go', 'down ahead'],
].map(([verbs = '', particles = '']) => [hashesOf(verbs), hashesOf(particles)] as const)
const PARTICLE_REACH_TOKENS = 4
/** These verbs only look, unless the particle makes them act. */
const LOOKING_ON = hashesOf('look check get')
const LOOKING_PARTICLES = hashesOf('up out about through into around')

/** What others leave to be done, or the text that holds it. */
const CHARGES = hashesOf(`
  task tasks instruction instructions action actions todo todos step steps request requests
  item items direction directions order orders issue issues guide guidelines checklist checklists
  bill bills invoice invoices note notes remark remarks ticket tickets wish wishes point points
  errand errands list lists agenda message messages mail mails email emails letter letters memo
  memos thread threads post posts comment comments handover handoff runbook playbook procedure
  queue backlog duties chore chores brief briefing minutes form forms entry entries job jobs
  ask asks demand demands matter matters concern concerns thing things stuff rest remainder
  reminder reminders suggestion suggestions recommendation recommendations proposal proposals plan
  plans page document documents doc file sheet text paper papers slip card board desk tray pile
  stack log ledger report bullet bullets line lines section sections appendix attachment memo
  voicemail transcript conversation chat enquiry enquiries inquiry complaint complaints application
  submission notice notices announcement invitation invitations feedback review query question
  questions case cases assignment assignments word words terms
  requirement requirements spec specification correspondence dispatch fax inbox
  nachricht nachrichten notiz zettel mail liste bitte bitten wunsch wünsche anliegen auftrag
  aufträge aufgabe aufgaben punkte anweisung anweisungen schreiben brief darum darin drin
  demande demandes message liste consigne consignes tâche tâches note courriel mot lettre points
  mensaje lista nota petición peticiones solicitud recado tarea tareas encargo correo carta puntos
  messaggio richiesta richieste lista nota compito compiti lettera istruzioni
  bericht lijst verzoek taak taken briefje punten`)
/** Whole: what there is to do, all of it. */
const ALL = hashesOf('everything anything all alles tout todo tutto')
/** What was spoken of: `it`, `that`. */
const POINTERS = hashesOf(`it that this them those these same es das dies ça cela le la les lo eso
  esto ello quello dit dat so`)
const POINTED_BY = hashesOf(`do handle deal sort act tackle settle process proceed clear take get
  resolve complete finish fix attend see make arrange close wrap follow
  traite traitez fais faites haz mach mache fai doe regle regel`)
const POINTER_REACH_TOKENS = 3
const ORDINALS = hashesOf('first second third fourth next last following other')
const ONE = hashesOf('one ones')
const GIVEN_HERE = hashesOf('following below')

/** Verbs of saying and wanting, as a third party's: in any form. */
const SAYING = hashesOf(`
  ${inAllForms(`ask want need request require suggest propose recommend describe list specify
    mention state indicate outline explain detail instruct direct prescribe advise demand expect
    order wish prefer note post desire intend`)}
  ask want need wish suggest propose require expect prefer say says said tells told write writes
  wrote written sends sent leaves left sets gives gave lays laid spells spelled spelt hopes likes
  steht schreibt schrieb geschrieben bittet bat möchte will wünscht verlangt braucht vorgibt sagt
  gesagt fordert vorschlägt
  demande demandé veut écrit indique souhaite propose dit voudrait besoin
  pide pidió quiere dice escribió indica propone necesita solicita desea
  chiede chiesto vuole dice scritto scrive indica propone serve
  vraagt wil schrijft zegt staat voorstelt`)
const WHATEVER =
  hashesOf(`what whatever everything anything all whichever wherever whoever was worum
  laquelle que qu quel ce lo cuanto quanto ciò wat alles tout todo tutto`)
const WHATEVER_REACH_TOKENS = 6
const BESIDE = hashesOf('for about of than')
/** Verbs that only want to know what somebody says. */
const KNOWING = hashesOf(`
  tell show know see check find read summarise summarize explain list translate describe
  report remind digest recap paraphrase quote wonder understand learn look outline
  sag zeig lies fasse erkläre dis montre lis résume explique dime muestra lee resume explica
  dimmi mostra leggi riassumi zeg toon lees`)
const AS = hashesOf('as like way wie comme como come tal zoals')
const AS_REACH_TOKENS = 5
const IN_LINE = hashesOf('according accordance based pursuant')
const IN_LINE_REACH_TOKENS = 5
const SAID = hashesOf(`details instructions information requirements specified mentioned described
  listed stated asked requested directions steps`)
const INSIDE = hashesOf('in by from on at')
const PER = wordHash('per')
/** Words that hand over by themselves. */
const SINGLE = hashesOf(`kümmere erledige erledigen bearbeite encárgate occupati
  befolge ocúpate`)
/** By what was just read; by what was just said, where nothing was. */
const ACCORDINGLY = hashesOf('accordingly entsprechend')
/** What is wanted done, told as a state: "needs doing", "I want it handled". */
const DONE = hashesOf(`done handled completed settled resolved dealt sorted finished executed
  implemented carried addressed processed fulfilled arranged cleared closed honoured honored met
  granted followed doing handling sorting settling attention erledigt gemacht umgesetzt fait traité
  réglé hecho resuelto fatto risolto gedaan geregeld`)
const WANTED = hashesOf(`be get gets getting want wants need needs see have having deserves requires
  should must werden wird muss être soit debe sea essere sia worden`)
const WANTED_REACH_TOKENS = 4
/** "Get the points of that long letter done." */
const GOT = hashesOf('get have')
const GOT_REACH_TOKENS = 12
const BEEN = hashesOf('been was were already')
/** Passing on: "I leave it with you", "over to you", "in your hands". */
const PASSING = hashesOf(`leave hand entrust trust pass delegate turn over up all yours rely count
  überlasse laisse confie dejo confío lascio affido laat`)
const RECEIVING = hashesOf('you your yours dir euch toi vous ti usted te jou')
const PASSING_REACH_TOKENS = 4
/** Agreeing: "I am fine with what Ann proposes". */
const AGREEING = hashesOf(`fine ok okay agree agreed approve approved happy good cleared authorised
  authorized consent einverstanden accord acuerdo accordo akkoord`)
const GIVE = wordHash('give')
/** What one always does. */
const USUAL = hashesOf(`usual usually always ever before drill routine normal custom immer üblich
  habitude toujours siempre costumbre solito sempre altijd`)
/** Whose acting is told, and not ordered. */
const OTHERS = hashesOf('i he she it they who which')

/**
 * Whether these words of a user hand the decision on to what a document says. `isRead`: an earlier
 * clause asks to read one; `before`: the clause in front of them.
 */
export function delegates(
  tokens: readonly Token[],
  isRead: boolean,
  before: readonly Token[] = [],
): boolean {
  const hashes = tokens.map((token) => token.full)
  if (isRead && hashes.some((word) => ACCORDINGLY.has(word))) return true
  const [first = 0, second = 0] = hashes
  const [given, pointer = 0] = first === GIVE ? [first, second] : [second, hashes[2]]
  if (given === GIVE && POINTERS.has(pointer) && before.some(({ full }) => SAYING.has(full))) {
    return true
  }
  for (let index = 0; index < hashes.length; index += 1) {
    if (handsOver(tokens, hashes, index)) return true
  }
  return false
}

function handsOver(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  const next = hashes[index + 1] ?? 0
  if (SINGLE.has(word)) return true
  if (DONE.has(word) && isWanted(hashes, index)) return true
  if (PASSING.has(word) && isPassed(hashes, index)) return true
  if (AGREEING.has(word) && hasOf(SAYING, hashes, index, AS_REACH_TOKENS)) return true
  if (isMadeSo(hashes, index) || isPromised(hashes, index)) return true
  if (AS.has(word) && (USUAL.has(next) || next === PER)) return true
  if (ORDINALS.has(word) && ONE.has(next)) return true
  if (WHATEVER.has(word) && saysWhat(tokens, hashes, index)) return true
  if (AS.has(word) && !isAsked(hashes, index) && hasOf(SAYING, hashes, index, AS_REACH_TOKENS)) {
    return true
  }
  if (IN_LINE.has(word) && isInLine(hashes, index)) return true
  if (SAID.has(word) && INSIDE.has(next) && !isAsked(hashes, index)) return true
  return isOrdered(tokens, hashes, index) && actsOn(tokens, hashes, index)
}

/** "Book what she suggests": a verb, and what somebody says; no question of what they say. */
function saysWhat(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  if (!hasOf(SAYING, hashes, index, WHATEVER_REACH_TOKENS)) return false
  if (ASKED_BY.has(hashes[index + 1] ?? 0)) return false
  if (BESIDE.has(hashes[index - 1] ?? 0) || isAsked(hashes, index)) return false
  const isActing = tokens
    .slice(0, index)
    .some(({ full, traits }) => ACTING.has(full) || (traits & TRAIT.verb) !== 0)
  return isActing || index < 2
}

/** Whether the words before only want to know: "tell me what", "check whether". */
function isAsked(hashes: readonly number[], index: number): boolean {
  if (index > 1 && (ASKING.has(hashes[0] ?? 0) || ASKING.has(hashes[1] ?? 0))) return true
  return hashes.slice(0, index).some((before) => KNOWING.has(before))
}

function isWanted(hashes: readonly number[], index: number): boolean {
  const before = hashes.slice(Math.max(0, index - WANTED_REACH_TOKENS), index)
  const first = hashes.slice(Math.max(0, index - GOT_REACH_TOKENS), index)
  return (
    (before.some((word) => WANTED.has(word)) || first.some((word) => GOT.has(word))) &&
    !before.some((word) => BEEN.has(word) || NOT.has(word))
  )
}

function isPassed(hashes: readonly number[], index: number): boolean {
  return hasOf(RECEIVING, hashes, index, PASSING_REACH_TOKENS) && hashes.length - index <= 9
}

/** "According to the note", "in line with what she wants". */
function isInLine(hashes: readonly number[], index: number): boolean {
  return (
    !isAsked(hashes, index) &&
    (hasOf(CHARGES, hashes, index, IN_LINE_REACH_TOKENS) ||
      hasOf(SAYING, hashes, index, IN_LINE_REACH_TOKENS))
  )
}

/** Whether a verb here can be an order: nobody asks or tells what others do, or forbids it. */
function isOrdered(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  const [first = 0, second = 0] = hashes
  const next = hashes[index + 1] ?? 0
  const before = hashes[index - 1] ?? 0
  if (ASKING.has(first) && ASKED_BY.has(second)) return false
  if (NOT.has(next) || (OTHERS.has(next) && !POINTERS.has(next))) return false
  if (OTHERS.has(before) || NOT.has(before) || NOT.has(hashes[index - 2] ?? 0)) return false
  return ((tokens[index - 1]?.traits ?? 0) & TRAIT.determiner) === 0
}

function actsOn(tokens: readonly Token[], hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  if (POINTED_BY.has(word) && hasOf(POINTERS, hashes, index, POINTER_REACH_TOKENS)) return true
  const isAttending = ATTENDING.has(word) || isPhrasal(hashes, index)
  if (isAttending) {
    const reach = tokens.slice(index + 1, index + 1 + REACH_TOKENS)
    if (reach.every(({ traits }) => (traits & TRAIT.verb) === 0)) return true
  }
  if (!isAttending && !ACTING.has(word)) return false
  const reach = hashes.slice(index + 1, index + 1 + REACH_TOKENS)
  const charge = reach.findIndex((near) => CHARGES.has(near) || ALL.has(near) || SAYING.has(near))
  return charge >= 0 && !reach.slice(0, charge + 2).some((near) => GIVEN_HERE.has(near))
}

function isPhrasal(hashes: readonly number[], index: number): boolean {
  const word = hashes[index] ?? 0
  return PHRASAL.some(([verbs, particles]) => {
    if (!verbs.has(word)) return false
    const at = hashes
      .slice(index + 1, index + 1 + PARTICLE_REACH_TOKENS)
      .findIndex((near) => particles.has(near))
    if (at < 0) return false
    const particle = hashes[index + 1 + at] ?? 0
    return !(LOOKING_ON.has(word) && LOOKING_PARTICLES.has(particle))
  })
}

function hasOf(
  words: ReadonlySet<number>,
  hashes: readonly number[],
  index: number,
  reach: number,
): boolean {
  for (let at = index + 1; at <= index + reach && at < hashes.length; at += 1) {
    if (words.has(hashes[at] ?? 0)) return true
  }
  return false
}

/** The -s and the -ed of regular verbs. */
function inAllForms(verbs: string): string {
  return verbs
    .trim()
    .split(/\s+/)
    .map((verb) => `${verb}s ${verb.endsWith('e') ? verb : `${verb}e`}d`)
    .join(' ')
}
