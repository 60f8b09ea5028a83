/** One pair of brackets of a statement, or the statement itself: what the words in it mean. */
export type Frame = {
  /** Whether FROM begins a list of tables here, and not a part of a function's arguments. */
  hasTables: boolean
  /** Whether names of common table expressions are being defined. */
  isDefining: boolean
  isRecursive: boolean
  /** The definition whose body the next bracket may be. */
  pendingName: string | undefined
  /** What the next name is: a table, one more of a list, or nothing of interest. */
  expects: 'table' | 'more' | undefined
  /** Whether a name with a bracket behind it is a function's. */
  mayBeFunction: boolean
  /** The name that stands for this bracket's query once it is closed. */
  definesName: string | undefined
  /** Names that stand for a query, not for a table. */
  definitions: Set<string> | undefined
  tokenCount: number
}

/** A frame nobody has said anything in. */
export function newFrame(): Frame {
  return {
    hasTables: false,
    isDefining: false,
    isRecursive: false,
    pendingName: undefined,
    expects: undefined,
    mayBeFunction: false,
    definesName: undefined,
    definitions: undefined,
    tokenCount: 0,
  }
}

/** Deeper brackets are read as part of the deepest frame. */
export const FRAMES_MAX_COUNT = 64

/** Whether a name was defined in one of the frames around. */
export function isDefined(frames: readonly Frame[], name: string): boolean {
  return frames.some((frame) => frame.definitions?.has(name) === true)
}

/** Makes a name stand for a query from here to the end of its frame. */
export function define(frame: Frame, name: string): void {
  frame.definitions ??= new Set()
  if (frame.definitions.size < DEFINITIONS_MAX_COUNT) frame.definitions.add(name)
}

const DEFINITIONS_MAX_COUNT = 256
