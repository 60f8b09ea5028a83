import type { Position } from '#domain/log.ts'
import { isSamePlace, placeId, type Place } from './place.ts'

/** Where a task is in each of its input partitions. */
export class InputPlaces {
  /** Up to where each is folded into the state. */
  readonly positions: readonly Position[]
  /** Where reading goes on: behind the records that wait, which positions do not count. */
  readonly #readOffsets = new Map<string, number>()
  #rotation = 0

  constructor(positions: readonly Position[]) {
    this.positions = positions
  }

  /** Puts every position where it is known to have been; to the start where it is not. */
  restore(known: readonly Position[]): void {
    for (const position of this.positions)
      position.offset = known.find((other) => isSamePlace(other, position))?.offset ?? 0
  }

  of(place: Place): Position | undefined {
    return this.positions.find((other) => isSamePlace(other, place))
  }

  noteRead(id: string, nextOffset: number): void {
    this.#readOffsets.set(id, nextOffset)
  }

  /** From where to read next, but for what is passed over; another one comes first each time. */
  toRead(isPassedOver: (id: string) => boolean): Position[] {
    const wanted = this.positions.flatMap(({ topic, partition, offset }) => {
      const id = placeId({ topic, partition })
      if (isPassedOver(id)) return []
      return [{ topic, partition, offset: this.#readOffsets.get(id) ?? offset }]
    })
    if (wanted.length === 0) return wanted
    this.#rotation = (this.#rotation + 1) % wanted.length
    return [...wanted.slice(this.#rotation), ...wanted.slice(0, this.#rotation)]
  }
}
