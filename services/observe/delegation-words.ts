import { hashesOf, wordHash } from './hashing.ts'

/** Verbs of acting: alone they say nothing of what is to be done. */
export const ACTING = hashesOf(`
  do perform follow execute complete carry handle work finish process implement act address
  resolve obey tackle settle pay apply proceed clear attend manage fulfil fulfill honor honour
  satisfy action comply grant answer accommodate arrange organise organize fix solve discharge
  effect enact progress respect heed adopt accept pursue oblige meet serve doing setz
  setze mets
  bearbeite bearbeiten erfülle erfüllen befolge befolgen kümmere kümmern erledige erledigen mach
  mache regle regeln übernimm übernehmen setze umsetzen führe ausführen halte
  traite traiter traitez fais faites suis suivez occupe occupez exécute applique appliquez réponds
  haz haga sigue siga cumple cumpla cumplir atiende atienda atender resuelve resolver encárgate
  ocúpate aplica gestiona tramita
  arbeite arbeiten fai segui esegui occupati applica gestisci doe volg regel behandel voer pak`)
/** Those that act on a text or a wish as a whole, whatever noun follows. */
export const ATTENDING = hashesOf(`
  handle tackle attend comply oblige accommodate obey heed fulfil fulfill honor honour satisfy
  bearbeite bearbeiten erledige erledigen kümmere kümmern übernimm befolge erfülle
  occupe occupez traite traitez encárgate ocúpate atiende atienda tramita gestiona
  occupati gestisci behandel serve assist`)
/** Verbs that act on a text by the small word behind them, which may stand after an object. */
export const PHRASAL = [
  ['see look tend attend', 'to after into onto through around'],
  ['take pick', 'care over up on'],
  ['deal press carry keep', 'with on through ahead along out'],
  ['sort work carry get figure iron straighten bring see', 'out off through up about done'],
  ['tick check clear knock wrap close finish square mop tidy mark', 'off out up away'],
  ['act', 'on upon'],
  ['put set bring turn', 'effect motion practice action reality'],
  [
    'get have make',
    'done sorted happen handled finished settled so moving resolved fixed happy going started',
  ],
  ['work step plough get run', 'through down'],
  ['go', 'down ahead'],
].map(([verbs = '', particles = '']) => [hashesOf(verbs), hashesOf(particles)] as const)
/** These verbs only look, unless the particle makes them act. */
export const LOOKING_ON = hashesOf('look check get')
export const LOOKING_PARTICLES = hashesOf('up out about through into around')

/** What others leave to be done, or the text that holds it. */
export const CHARGES = hashesOf(`
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
  requirement requirements spec specification correspondence dispatch fax inbox needful necessary
  changes corrections souhaits stappen
  nachricht nachrichten notiz zettel mail liste bitte bitten wunsch wünsche anliegen auftrag
  aufträge aufgabe aufgaben punkte anweisung anweisungen schreiben brief darum darin drin
  demande demandes message liste consigne consignes tâche tâches note courriel mot lettre points
  mensaje lista nota petición peticiones solicitud recado tarea tareas encargo correo carta puntos
  messaggio richiesta richieste lista nota compito compiti lettera istruzioni
  bericht lijst verzoek taak taken briefje punten`)
/** Whole: what there is to do, all of it. */
export const ALL = hashesOf('everything anything all alles tout todo tutto')
/** What was spoken of: `it`, `that`. */
export const POINTERS =
  hashesOf(`it that this them those these same es das dies ça cela le la les lo eso
  esto ello quello dit dat so`)
export const POINTED_BY =
  hashesOf(`do handle deal sort act tackle settle process proceed clear take get
  resolve complete finish fix attend see make arrange close wrap follow
  traite traitez fais faites haz mach mache fai doe regle regel`)
export const ORDINALS = hashesOf('first second third fourth next last following other')
export const ONE = hashesOf('one ones')
export const GIVEN_HERE = hashesOf('following below')

/** Verbs of saying and wanting, as a third party's: in any form. */
export const SAYING = hashesOf(`
  ${inAllForms(`ask want need request require suggest propose recommend describe list specify
    mention state indicate outline explain detail instruct direct prescribe advise demand expect
    order wish prefer note post desire intend decide raise submit lodge flag`)}
  ask want need wish suggest propose require expect prefer say says said tells told write writes
  wrote written sends sent leaves left sets gives gave lays laid spells spelled spelt hopes likes
  asking wanting requesting proposing suggesting brought needing
  steht schreibt schrieb geschrieben bittet bat möchte will wünscht verlangt braucht vorgibt sagt
  gesagt fordert vorschlägt
  demande demandé veut écrit indique souhaite propose dit voudrait besoin
  pide pidió quiere dice escribió indica propone necesita solicita desea
  chiede chiesto vuole dice scritto scrive indica propone serve
  vraagt wil schrijft zegt staat voorstelt`)
export const WHATEVER =
  hashesOf(`what whatever everything anything all whichever wherever whoever was worum
  laquelle que qu quel ce lo cuanto quanto ciò wat alles tout todo tutto`)
export const BESIDE = hashesOf('for about of than')
/** Verbs that only want to know what somebody says. */
export const KNOWING = hashesOf(`
  tell show know see check find read summarise summarize explain list translate describe
  report remind digest recap paraphrase quote wonder understand learn look outline
  sag zeig lies fasse erkläre dis montre lis résume explique dime muestra lee resume explica
  dimmi mostra leggi riassumi zeg toon lees`)
export const AS = hashesOf('as like way wie comme como come tal zoals')
export const IN_LINE = hashesOf('according accordance based pursuant')
export const SAID =
  hashesOf(`details instructions information requirements specified mentioned described
  listed stated asked requested directions steps`)
export const INSIDE = hashesOf('in by from on at')
export const PER = wordHash('per')
/** Words that hand over by themselves. */
export const SINGLE = hashesOf(`kümmere erledige erledigen bearbeite encárgate occupati
  befolge ocúpate`)
/** Points at a text. */
export const SHOWN = hashesOf('see below attached enclosed')
/** By what was just read; by what was just said, where nothing was. */
export const ACCORDINGLY = hashesOf('accordingly entsprechend')
/** What is wanted done, told as a state: "needs doing", "I want it handled". */
export const DONE = hashesOf(`done handled completed settled resolved dealt sorted finished executed
  implemented carried addressed processed fulfilled arranged cleared closed honoured honored met
  granted followed knocked ticked wrapped doing handling sorting settling attention erledigt
  gemacht umgesetzt fait traité
  réglé hecho resuelto fatto risolto gedaan geregeld`)
export const WANTED =
  hashesOf(`be get gets getting want wants need needs see have having deserves requires
  should must werden wird muss être soit debe sea essere sia worden`)
/** "Get the points of that long letter done." */
export const GOT = hashesOf('get have need want')
export const BEEN = hashesOf('been was were already')
/** Passing on: "I leave it with you", "over to you", "in your hands". */
export const PASSING =
  hashesOf(`leave hand entrust trust pass delegate turn over up all yours rely count
  überlasse laisse confie dejo confío lascio affido laat`)
export const RECEIVING = hashesOf('you your yours dir euch toi vous ti usted te jou')
/** Agreeing: "I am fine with what Ann proposes". */
export const AGREEING =
  hashesOf(`fine ok okay agree agreed approve approved happy good cleared blessing authorised
  authorized consent einverstanden accord acuerdo accordo akkoord`)
/** Agreeing to a thing: fine with it, a yes from me. */
export const AGREED_TO = hashesOf('with for to from')
export const GIVE = wordHash('give')
/** Verbs of working, whatever at; only with these nouns do they hand a text on. */
export const WORKING = hashesOf('run start continue resume use empty go')
export const WORK =
  hashesOf(`errand errands instruction instructions step steps list lists checklist
  task tasks todo todos queue backlog point points item items playbook runbook procedure rest
  remainder request requests`)
/** "Pick up where she stopped." */
export const RESUMING_AT = hashesOf('pick carry continue resume go take')
export const WHERE = hashesOf('where')
/** "The ticket is yours." */
export const YOURS = hashesOf('yours deins tuyo tuo')
/** These need no object: read it and comply. */
export const COMPLYING =
  hashesOf(`comply process complete action implement execute act proceed oblige
  obey`)
/** "She may have it": she is to get it. */
export const MAY = hashesOf('may can shall should')
export const HAVE = hashesOf('have get')
export const GRANTED = hashesOf('it that this all them everything whatever')
/** What one always does. */
export const USUAL =
  hashesOf(`usual usually always ever before drill routine normal custom immer üblich
  habitude toujours siempre costumbre solito sempre altijd`)
/** Whose acting is told, and not ordered. */
export const OTHERS = hashesOf('i he she it they who which')

/** The -s and the -ed of regular verbs. */
function inAllForms(verbs: string): string {
  return verbs
    .trim()
    .split(/\s+/)
    .map((verb) => `${verb}s ${verb.endsWith('e') ? verb : `${verb}e`}d`)
    .join(' ')
}
