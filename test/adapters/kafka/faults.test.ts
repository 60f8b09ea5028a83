import { logLevel } from 'kafkajs'
import { expect, test } from 'vitest'

import { asFault, faultOfCode, isRebalancing } from '../../../services/lib/adapters/kafka/faults.ts'
import { levelOf } from '../../../services/lib/adapters/kafka/logger.ts'
import { Fault } from '../../../services/lib/domain/fault.ts'

const clientError = (type: string): Error => Object.assign(new Error(type), { type })
const after = (cause: Error): Error => new Error('retries exceeded', { cause })

test.for([
  { why: 'unknown topic', error: clientError('UNKNOWN_TOPIC_OR_PARTITION'), code: 'TOPIC_MISSING' },
  { why: 'old generation', error: clientError('ILLEGAL_GENERATION'), code: 'OWNERSHIP_LOST' },
  { why: 'evicted member', error: clientError('UNKNOWN_MEMBER_ID'), code: 'OWNERSHIP_LOST' },
  { why: 'rebalance', error: clientError('REBALANCE_IN_PROGRESS'), code: 'OWNERSHIP_LOST' },
  { why: 'no right', error: clientError('TOPIC_AUTHORIZATION_FAILED'), code: 'BAD_SETTINGS' },
  {
    why: 'wrong password',
    error: Object.assign(new Error(), { name: 'KafkaJSSASLAuthenticationError' }),
    code: 'BAD_SETTINGS',
  },
  {
    why: 'too few brokers for the copies',
    error: Object.assign(new Error(), { errors: [clientError('INVALID_REPLICATION_FACTOR')] }),
    code: 'BAD_SETTINGS',
  },
  { why: 'no leader now', error: clientError('LEADER_NOT_AVAILABLE'), code: 'LOG_UNAVAILABLE' },
  {
    why: 'the reason lies deeper',
    error: after(after(clientError('ILLEGAL_GENERATION'))),
    code: 'OWNERSHIP_LOST',
  },
  { why: 'anything else', error: new Error('socket hang up'), code: 'LOG_UNAVAILABLE' },
  { why: 'not even an error', error: undefined, code: 'LOG_UNAVAILABLE' },
  { why: 'a fault stays what it is', error: new Fault('LOG_FULL', 'full'), code: 'LOG_FULL' },
])('$why: $code', ({ error, code }) => expect(asFault(error, 'Testing').code).toBe(code))

test.for([
  { code: 10, fault: 'BAD_SETTINGS' },
  { code: 18, fault: 'BAD_SETTINGS' },
  { code: 29, fault: 'BAD_SETTINGS' },
  { code: 87, fault: 'BAD_SETTINGS' },
  { code: 6, fault: undefined },
  { code: 0, fault: undefined },
])('a partition’s error $code: $fault', ({ code, fault }) => {
  expect(faultOfCode(code, 'Testing')?.code).toBe(fault)
})

test('a member that must only join again is told from one that was put out', () => {
  expect(isRebalancing(clientError('REBALANCE_IN_PROGRESS'))).toBe(true)
  expect(isRebalancing(clientError('UNKNOWN_MEMBER_ID'))).toBe(false)
})

test.for([
  {
    why: 'it waits for a coordinator',
    level: logLevel.ERROR,
    message: 'The coordinator is loading',
    expected: 'debug',
  },
  {
    why: 'it tries to connect again',
    level: logLevel.ERROR,
    message: 'Connection error: refused',
    expected: 'debug',
  },
  { why: 'it is at a loss', level: logLevel.ERROR, message: 'Something odd', expected: 'warn' },
  { why: 'it tells of its work', level: logLevel.INFO, message: 'Stopped', expected: 'debug' },
] as const)('what the client says when $why is $expected', ({ level, message, expected }) => {
  expect(levelOf(level, message)).toBe(expected)
})
