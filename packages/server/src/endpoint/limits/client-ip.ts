/**
 * A function that reads the client's address from a header of your proxy or runtime, for example
 * `request.headers.get('cf-connecting-ip')`, or from `platform`, the framework's own request that `authorize` receives
 * as well (Express: `req.ip`). It may be async and has 500 ms. Never use the first entry of `X-Forwarded-For`: the client
 * wrote it.
 */
export type ClientIp = (request: Request, details: { platform: unknown }) => Address | Promise<Address>

type Address = string | null | undefined

/**
 * Returns what counts as one client: an IPv4 address, or the /64 of an IPv6 address, since one customer gets a whole /64
 * (RFC 6177 §2). Accepts a port, brackets and a zone. Undefined if `address` is not an address.
 */
export function clientNetwork(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined
  const bare = withoutPort(address.trim())
  if (isIpv4(bare)) return bare
  const groups = ipv6Groups(bare)
  return groups && (embeddedIpv4(groups) ?? networkOf(groups))
}

function withoutPort(address: string): string {
  const bracketed = /^\[(.*)\](:\d+)?$/.exec(address)?.[1]
  return bracketed ?? address.replace(/^([\d.]+):\d+$/, '$1')
}

// The URL parser would also take `127.1` and `0x7f.1` for addresses.
function isIpv4(address: string): boolean {
  const parts = address.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
}

/** Returns the eight groups of an IPv6 address, however it is written. The URL parser (WHATWG URL §3.5) reads it. */
function ipv6Groups(address: string): number[] | undefined {
  const host = URL.parse(`http://[${address.replace(/%[\w.~-]+$/, '')}]/`)?.hostname
  if (!host) return undefined
  const [head = '', tail = ''] = host.slice(1, -1).split('::')
  const [first, last] = [groupsOf(head), groupsOf(tail)]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

/** Returns the IPv4 address in `::ffff:0:0/96` (RFC 4291 §2.5.5.2) or `64:ff9b::/96` (RFC 6052 §2.1). */
function embeddedIpv4(groups: readonly number[]): string | undefined {
  const prefix = groups.slice(0, 6).join(':')
  if (prefix !== mappedPrefix && prefix !== translatedPrefix) return undefined
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}

const mappedPrefix = [0, 0, 0, 0, 0, 0xffff].join(':')
const translatedPrefix = [0x64, 0xff9b, 0, 0, 0, 0].join(':')

function networkOf(groups: readonly number[]): string {
  const network = groups.slice(0, 4).map((group) => group.toString(16))
  return `${network.join(':')}::/64`
}
