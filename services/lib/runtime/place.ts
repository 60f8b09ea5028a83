import type { TopicName } from '#domain/topics.ts'

/** One partition of a topic. */
export type Place = { topic: TopicName; partition: number }

/** A partition's name among a task's inputs. */
export function placeId(place: Place): string {
  return `${place.topic}/${place.partition}`
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.topic === other.topic && one.partition === other.partition
}
