import { expect, test } from 'vitest'
import { z } from 'zod'

import { problemsOf } from '#domain/problems.ts'

const DOCUMENT = z.strictObject({
  servers: z.array(
    z.union([
      z.strictObject({ host: z.string(), port: z.number(), tls: z.boolean() }),
      z.strictObject({ path: z.string() }),
    ]),
  ),
})

test.for([
  { given: { servers: [{ path: 'a' }, { path: 1 }] }, says: /^servers\[1\]\.path: .*string/ },
  {
    given: { servers: [{ path: 1 }], more: 1 },
    says: /^servers\[0\]\.path: [^;]+; the document: /,
  },
  { given: 1, says: /^the document: .*object/ },
])('$says', ({ given, says }) => {
  const { error } = DOCUMENT.safeParse(given)
  expect(error === undefined ? '' : problemsOf(error)).toMatch(says)
})
