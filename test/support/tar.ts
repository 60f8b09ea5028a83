const BLOCK_BYTES = 512

/** A tar archive of files, each with a long name in a pax header before it where it needs one. */
export function aTar(files: Record<string, string>): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => {
    if (name.length <= 100) return [entry(name, '0', text)]
    return [entry('pax', 'x', paxRecord('path', name)), entry(name.slice(0, 100), '0', text)]
  })
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK_BYTES)])
}

function entry(name: string, kind: string, text: string): Buffer {
  const body = Buffer.from(text)
  const header = Buffer.alloc(BLOCK_BYTES)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write(kind, 156)
  header.write('ustar\x0000', 257)
  const padding = Buffer.alloc((BLOCK_BYTES - (body.length % BLOCK_BYTES)) % BLOCK_BYTES)
  return Buffer.concat([header, body, padding])
}

/** Its length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = rest.length
  while (String(length).length + rest.length !== length) length += 1
  return `${length}${rest}`
}
