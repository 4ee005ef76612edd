/** A host and a port. */
export interface HostPort {
  host: string
  port: number
}

interface Login {
  username?: string | undefined
  password?: string | undefined
}

/** A Redis that REDIS_URL names: one server, a cluster, or a master that Sentinels know. */
export type RedisAddress =
  | { kind: 'server'; url: string }
  | ({ kind: 'cluster'; nodes: HostPort[]; isTls: boolean } & Login)
  | ({
      kind: 'sentinel'
      sentinels: HostPort[]
      master: string
      database: number
      isTls: boolean
      sentinelLogin: Login
    } & Login)

/** An address that names no Redis. Neither sentence repeats a part of it, because it may hold a password. */
export class InvalidRedisAddress extends TypeError {
  override readonly name = 'InvalidRedisAddress'
  readonly remedy: string
  constructor(message: string, remedy: string = forms) {
    super(message)
    this.remedy = remedy
  }
}

const forms =
  'Use redis://host:6379, redis+cluster://host1:6379,host2:6379 or redis+sentinel://host1:26379,host2:26379/master-name; with TLS, rediss.'

/**
 * Reads an address. No standard covers several hosts: these are the forms that most tools read, with a plus sign or a
 * hyphen in the scheme. Throws `InvalidRedisAddress`.
 *
 * - `redis[s]://[user:password@]host[:port][/database]`
 * - `redis[s]+cluster://[user:password@]host[:port][,…]`
 * - `redis[s]+sentinel://[user:password@]host[:port][,…]/master-name[/database][?sentinel_username=…&sentinel_password=…]`
 */
export function parseRedisAddress(text: string): RedisAddress {
  const [, tls, kind, rest = ''] = schemePattern.exec(text) ?? []
  if (tls === undefined) throw new InvalidRedisAddress('It does not begin with a scheme of Redis')
  const [, authority, path = '', query] = restPattern.exec(rest) ?? []
  if (authority === undefined) throw unencoded()
  if (kind === undefined) return server(text, authority)
  const isTls = tls === 's'
  const at = authority.lastIndexOf('@')
  const login = at < 0 ? {} : readLogin(authority.slice(0, at))
  const hosts = authority.slice(at + 1)
  if (kind === 'sentinel') return { ...sentinel(hosts, path, query), isTls, ...login }
  if (query !== undefined) throw new InvalidRedisAddress('The address of a cluster has no parameters')
  if (!/^\/?0?$/.test(path)) throw new InvalidRedisAddress('A cluster has no databases')
  return { kind: 'cluster', nodes: readHosts(hosts, 6379), isTls, ...login }
}

const schemePattern = /^redis(s?)(?:[+-](cluster|sentinel))?:\/\/(.*)$/s
const restPattern = /^([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/

function unencoded(): InvalidRedisAddress {
  return new InvalidRedisAddress(
    'Its host, port, user or password is not valid',
    `In a user or password, write the characters @ : / ? # % as %40, %3A, %2F, %3F, %23 and %25. ${forms}`,
  )
}

function server(url: string, authority: string): RedisAddress {
  if (URL.parse(url)?.host) return { kind: 'server', url }
  if (authority.includes(','))
    throw new InvalidRedisAddress('It names several hosts, but neither a cluster nor Sentinels')
  throw unencoded()
}

function sentinel(
  hosts: string,
  path: string,
  query: string | undefined,
): Extract<RedisAddress, { kind: 'sentinel' }> {
  const [master = '', database = '0', ...rest] = path.slice(1).split('/').map(decode)
  if (!/^[\w.-]+$/.test(master))
    throw new InvalidRedisAddress('It names Sentinels, but not the master that they watch')
  if (!/^\d{1,5}$/.test(database) || rest.length > 0)
    throw new InvalidRedisAddress('After the name of the master, only the number of a database may follow')
  const { sentinel_username: username, sentinel_password: password, ...others } = readQuery(query)
  if (Object.keys(others).length > 0)
    throw new InvalidRedisAddress('It has a parameter other than sentinel_username and sentinel_password')
  const sentinels = readHosts(hosts, 26_379)
  const sentinelLogin = { username, password }
  return { kind: 'sentinel', sentinels, master, database: Number(database), isTls: false, sentinelLogin }
}

function readHosts(text: string, defaultPort: number): HostPort[] {
  return text.split(',').map((each) => {
    const [, ipv6, name, port = String(defaultPort)] =
      /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(each) ?? []
    const host = ipv6 ?? name
    if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
      throw new InvalidRedisAddress('One of its hosts is not of the form host or host:port')
    return { host, port: Number(port) }
  })
}

function readLogin(text: string): Login {
  const [, username = '', password] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? []
  return {
    ...(username === '' ? {} : { username: decode(username) }),
    ...(password === undefined ? {} : { password: decode(password) }),
  }
}

function readQuery(text = ''): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new InvalidRedisAddress(
      'It has a % that does not begin an encoded character',
      `Write % as %25. ${forms}`,
    )
  }
}
