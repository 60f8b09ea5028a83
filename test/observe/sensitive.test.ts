import { expect, test } from 'vitest'

import { sensitiveTypes } from '../../services/observe/sensitive.ts'

const letters = 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW0xY3zA5'

test.for([
  { why: 'a social security number', text: 'SSN 219-09-9999', types: ['ssn'] },
  { why: 'an area never given out', text: '666-12-3456 000-12-3456 912-12-3456', types: [] },
  { why: 'a group never given out', text: '219-00-1234', types: [] },
  { why: 'a serial never given out', text: '219-09-0000', types: [] },
  { why: 'a card', text: 'card 4111 1111 1111 1111.', types: ['payment_card'] },
  { why: 'a card in one go', text: '5500005555555559', types: ['payment_card'] },
  { why: 'a wrong check digit', text: '4111 1111 1111 1112', types: [] },
  { why: 'no issuer', text: '9111111111111111', types: [] },
  { why: 'inside a longer code', text: 'x4111111111111111', types: [] },
  { why: 'an account', text: 'to DE89370400440532013000', types: ['iban'] },
  { why: 'an account in groups', text: 'GB33 BUKB 2020 1555 5555 55', types: ['iban'] },
  { why: 'a wrong account', text: 'DE89370400440532013001', types: [] },
  { why: 'a key by its prefix', text: `token ghp_${letters}`, types: ['api_key'] },
  { why: 'a cut prefix', text: 'ghp_short', types: [] },
  { why: 'a key by its name', text: `client_secret = "${letters}"`, types: ['api_key'] },
  { why: 'an example', text: 'AKIAIOSFODNN7EXAMPLE', types: [] },
  { why: 'a private key', text: '-----BEGIN RSA PRIVATE KEY-----', types: ['private_key'] },
  { why: 'a public key', text: '-----BEGIN PUBLIC KEY-----', types: [] },
  { why: 'a date and a phone number', text: '2024-05-01, 555-123-4567', types: [] },
  { why: 'several, sorted', text: '219-09-9999 DE89370400440532013000', types: ['iban', 'ssn'] },
])('$why', ({ text, types }) => {
  expect(sensitiveTypes(text)).toEqual(types)
})
