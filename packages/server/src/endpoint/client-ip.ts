/**
 * The address of the client, from what your own proxy or runtime says: `request.headers.get('cf-connecting-ip')`.
 * Never the first entry of `X-Forwarded-For`: that is the client's own text.
 */
export type ClientIp = (request: Request) => string | null | undefined

const ipv4 = /^\d{1,3}(\.\d{1,3}){3}$/
const mappedIpv4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i

/**
 * Who is counted as one client: an IPv4 address, or the /64 of an IPv6 address, which is what one customer gets
 * (RFC 6177 §2). Takes a port or brackets along; undefined for what is no address.
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

// The URL parser (WHATWG URL §3.5) checks an address and writes it in one way only.
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
