/** The fields of a record that name the client's end of a connection. */
export type Connected = { client_address?: string | null; client_port?: number | null }

/** The client's end as `address:port`, in lower case; null where either is unknown. */
export function clientEnd({ client_address, client_port }: Connected): string | null {
  if (client_address == null || client_port == null) return null
  return `${client_address.toLowerCase().slice(0, ADDRESS_MAX_LENGTH)}:${client_port}`
}

/** An IPv6 address with its zone is no longer. */
const ADDRESS_MAX_LENGTH = 64
