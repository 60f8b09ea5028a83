/** Longer bodies gain nothing by it. */
const PIECE_MAX_BYTES = 16 * 1024

/**
 * Writes bytes to an HTTP message so that its headers leave with them in one write: Node joins its
 * headers with text only. Each byte stands as one character of Latin-1 in between.
 */
export function inOnePiece(
  bytes: Buffer,
  write: (piece: Buffer | string, encoding: 'latin1') => void,
): void {
  write(bytes.length <= PIECE_MAX_BYTES ? bytes.toString('latin1') : bytes, 'latin1')
}
