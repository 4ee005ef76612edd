/**
 * A function that reads the client's address from a header of your proxy or runtime, for example
 * `request.headers.get('cf-connecting-ip')`. Never use the first entry of `X-Forwarded-For`: the client wrote it.
 */
export type ClientIp = (request: Request) => string | null | undefined

const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/
const mappedIpv4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i

/**
 * Returns what counts as one client: an IPv4 address, or the /64 of an IPv6 address, since one customer gets a whole /64
 * (RFC 6177 §2). Accepts a port and brackets. Undefined if `address` is not an address.
 */
export function clientNetwork(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined
  const bare = withoutPort(address.trim())
  const v4 = mappedIpv4.exec(bare)?.[1] ?? bare
  return ipv4.test(v4) ? v4 : ipv6Network(bare)
}

function withoutPort(address: string): string {
  const bracketed = /^\[(.*)\](:\d+)?$/.exec(address)?.[1]
  return bracketed ?? address.replace(/^([\d.]+):\d+$/, '$1')
}

// The URL parser (WHATWG URL §3.5) checks an address and normalizes its spelling.
function ipv6Network(address: string): string | undefined {
  const [bare] = address.split('%')
  const host = URL.parse(`http://[${bare}]/`)?.hostname
  if (!host) return undefined
  const [head = '', tail] = host.slice(1, -1).split('::')
  const first = groups(head)
  const last = tail === undefined ? [] : groups(tail)
  const zeros = Array<string>(8 - first.length - last.length).fill('0')
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
