import { measure, VERDICTS, type Measures } from '../../services/cli/quality/measures.ts'
import type { JudgedSession, Share } from '../../services/cli/quality/measures.ts'
import {
  MEASURE_NAMES,
  MEASURE_TITLES,
  gainOf,
  recallBy,
  type Figure,
  type Figures,
  type MeasureName,
} from './figures.ts'
import { valuesOf, writeBlock } from './report-block.ts'
import { ROW_NAMES, ROWS, type RowName } from './rows.ts'
import type { Step } from './steps.ts'

const MISSED = 'missed'

/** A row of the table, scored. */
export type ScoredRow = {
  name: string
  row: RowName
  title: string
  sessions: readonly JudgedSession[]
  figures: Figures
}

/** What a report says of the run it is of. */
export type Run = { commit: string; modelSha256: string; steps: readonly Step[] }

/** The report as Markdown, with its values once more as JSON at its end. */
export function renderReport(rows: readonly ScoredRow[], run: Run): string {
  const block = Object.fromEntries(rows.map(({ name, figures }) => [name, valuesOf(figures)]))
  return [
    '# Quality of detection',
    introduction(run),
    mainTable(rows),
    ...notScored(rows),
    '## Goals',
    goalLines(rows),
    '## Other measures',
    otherTable(rows),
    ...recallSections(rows),
    '## Severity against label',
    matrixTable(rows),
    '## How long it took',
    table(
      ['step', 'seconds'],
      run.steps.map(({ name, tookS }) => [name, tookS.toFixed(1)]),
    ),
    '## For programs',
    'What the gate of `npm test` compares with:',
    writeBlock(block),
  ].join('\n\n')
}

/** The main table's cells one a line: row, measure, value, count, interval, goal. */
export function figureLines(rows: readonly ScoredRow[]): string[][] {
  return rows.flatMap(({ row, name, figures }) =>
    MEASURE_NAMES.filter((measureName) => figures[measureName].value !== undefined).map(
      (measureName) => {
        const figure = figures[measureName]
        const { hits, of } = figure
        const goal = goalText(row, measureName, figure)
        const title = MEASURE_TITLES[measureName]
        return [name, title, format(figure.value), `${hits} of ${of}`, intervalText(figure), goal]
      },
    ),
  )
}

function introduction({ commit, modelSha256 }: Run): string {
  return [
    `Commit ${commit}; committed weights SHA-256 ${modelSha256.slice(0, 16)}. Made by`,
    '`npm run quality`: every row is replayed through the whole pipeline, without baselines. One',
    'set of features, one recipe, one set of thresholds. The rows of `train` are scored by models',
    'made anew without the suite, of the same packs otherwise; all other rows by the committed',
    'weights. `valid` has other user tasks than the packs of training; the unseen rows have other',
    'wordings, names of tools, domains or scenarios, which no training has read. `sample` overlaps',
    'with `train`: it is scored for the gate of `npm test`, and is no measure of quality.',
    '',
    'Requests, model output, tool names, arguments, results and their order in the recorded packs',
    'are real. Times inside a session, users and **all data- and network-layer events are',
    'derived** from the tool calls: they are no captures. Sessions of the unseen domains and the',
    'delegated ones are invented; in unseen wordings the injected text is ours, and the answer of',
    'the model is its answer to the recorded text.',
    '',
    'A cell: value, 95 % interval (bootstrap by user task), of how many, and the goal. Precision',
    'depends on the prevalence beside it. Vector found: of the attacks found, those whose incident',
    'names an event that carried the attack. Critical recall: of the sessions labelled critical,',
    'those whose incident is.',
  ].join('\n')
}

function mainTable(rows: readonly ScoredRow[]): string {
  const titles = MEASURE_NAMES.map((name) => MEASURE_TITLES[name])
  return table(
    ['sessions', 'number', 'prevalence', ...titles],
    rows.map(({ row, title, sessions, figures }) => {
      const { prevalence } = measure(sessions)
      const cells = MEASURE_NAMES.map((name) => cellOf(row, name, figures[name]))
      return [title, String(sessions.length), format(prevalence.value), ...cells]
    }),
  )
}

function notScored(rows: readonly ScoredRow[]): string[] {
  const names = ROW_NAMES.filter((name) => !rows.some(({ row }) => row === name))
  return names.length === 0 ? [] : [`Not scored in this run: ${names.join(', ')}.`]
}

function cellOf(row: RowName, name: MeasureName, figure: Figure): string {
  if (figure.value === undefined) return '–'
  const goal = goalText(row, name, figure)
  const text = `${format(figure.value)} (${intervalText(figure)}) of ${figure.of}`
  return goal === '' ? text : `${text}; ${goal}`
}

function goalText(row: RowName, name: MeasureName, { value }: Figure): string {
  const goal = ROWS[row].goals[name]
  if (goal === undefined || value === undefined) return ''
  const bound = `${name === 'benignFlagged' ? '≤' : '≥'} ${goal}`
  return gainOf(name, value, goal) >= 0 ? `${bound} met` : `${bound} ${MISSED}`
}

/** How many goals are met, and which are not. */
function goalLines(rows: readonly ScoredRow[]): string {
  const verdicts = rows.flatMap(({ row, title, figures }) =>
    MEASURE_NAMES.flatMap((name) => {
      const goal = goalText(row, name, figures[name])
      const value = format(figures[name].value)
      return goal === ''
        ? []
        : [{ goal, line: `- ${title}: ${MEASURE_TITLES[name]} ${value}, ${goal}` }]
    }),
  )
  const missed = verdicts.filter(({ goal }) => goal.endsWith(MISSED))
  const metCount = verdicts.length - missed.length
  return [`${metCount} of ${verdicts.length} met.`, ...missed.map(({ line }) => line)].join('\n')
}

function otherTable(rows: readonly ScoredRow[]): string {
  return table(
    [
      'sessions',
      'injection events: precision',
      'injection events: recall',
      'recall at 1 % of benign flagged',
      'alerted before the action',
      'time to detect: median',
      'worst',
    ],
    rows.map(({ title, sessions }) => {
      const measures = measure(sessions)
      const { median, worst } = measures.secondsToDetect
      return [
        title,
        shareText(measures.vectorPrecision),
        shareText(measures.vectorRecall),
        `${shareText(measures.recallAtOnePercent)}, from ${measures.recallAtOnePercent.atLeast} on`,
        shareText(measures.alertedBeforeAction),
        secondsText(median),
        secondsText(worst),
      ]
    }),
  )
}

/** Which breakdown of recall a row has, and by what. */
const BREAKDOWNS: Partial<
  Record<RowName, { heading: string; nameOf: (session: JudgedSession) => string }>
> = {
  'unseen.wordings': { heading: 'Recall by family of wordings', nameOf: attackOf },
  'unseen.renamed': { heading: 'Recall by family, tools under unseen names', nameOf: attackOf },
  'unseen.domains': { heading: 'Recall by kind of attack in unseen domains', nameOf: kindOf },
}
const UNDELEGATED = 'undelegated'

function recallSections(rows: readonly ScoredRow[]): string[] {
  return rows.flatMap(({ row, sessions }) => {
    const breakdown = BREAKDOWNS[row]
    if (breakdown === undefined) return []
    const { heading, nameOf } = breakdown
    const lines = recallBy(sessions, nameOf).map(({ name, ...share }) => [name, shareText(share)])
    return [`## ${heading}`, table(['attack', 'recall'], lines)]
  })
}

function attackOf({ label }: JudgedSession): string {
  return label.attack ?? 'unnamed'
}

/** What the attack did; a third party's wish that nobody handed over is a kind of its own. */
function kindOf({ label }: JudgedSession): string {
  const isWish = label.attack?.startsWith(UNDELEGATED) === true
  return isWish ? `${UNDELEGATED} wish` : (label.severity ?? 'unnamed')
}

function matrixTable(rows: readonly ScoredRow[]): string {
  const lines = rows.flatMap(({ title, sessions }) => {
    const matrix: Measures['matrix'] = measure(sessions).matrix
    return Object.entries(matrix)
      .filter(([, counts]) => VERDICTS.some((verdict) => counts[verdict] > 0))
      .map(([label, counts]) => [title, label, ...VERDICTS.map((one) => String(counts[one]))])
  })
  return table(['sessions', 'label', ...VERDICTS], lines)
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map(() => '---')
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function shareText({ value, hits, of }: Share): string {
  return value === undefined ? '–' : `${format(value)} (${hits} of ${of})`
}

function intervalText({ interval }: Figure): string {
  return interval === undefined ? '–' : `${format(interval.low)}–${format(interval.high)}`
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? '–' : `${seconds.toFixed(1)} s`
}

function format(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(3)
}
