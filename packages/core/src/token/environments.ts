/** Forage's public environments, or the addresses of another one (an emulator, a proxy). */
export type ForageEnvironment = 'sandbox' | 'production' | { apiUrl: string; vaultUrl?: string }

type Addresses = Exclude<ForageEnvironment, string>

/** docs.joinforage.app; the PIN vault's hosts are those of Forage's own mobile SDKs. */
const publicDomains = { sandbox: 'sandbox.joinforage.app', production: 'joinforage.app' }

function addressesAt(domain: string): Addresses {
  return { apiUrl: `https://api.${domain}`, vaultUrl: `https://vault.${domain}` }
}

function addressesOf(environment: ForageEnvironment): Addresses {
  return typeof environment === 'string' ? addressesAt(publicDomains[environment]) : environment
}

/** Every prefix that Forage's SDKs know. Another one is kept as it is, and contradicts nothing. */
const knownPrefix = /^(sandbox|prod|cert|staging|dev|local|mock)$/

/** Whether a token of this prefix belongs to another environment than the one configured. */
export function contradicts(environment: ForageEnvironment | undefined, prefix = ''): boolean {
  const own = environment === 'production' ? 'prod' : environment
  return typeof own === 'string' && own !== prefix && knownPrefix.test(prefix)
}

export function apiUrlOf(environment: ForageEnvironment | undefined): string | undefined {
  return environment && addressesOf(environment).apiUrl
}

/** The origins of an environment: where its tokens may be sent. */
export function originsOf(environment: ForageEnvironment): string[] {
  const { apiUrl, vaultUrl = apiUrl } = addressesOf(environment)
  return [apiUrl, vaultUrl].map((url) => new URL(url).origin)
}

/** The origins of the public environment that a token's prefix names; none for another prefix. */
export function originsOfPrefix(prefix: string | undefined): string[] {
  if (prefix === 'prod') return originsOf('production')
  return prefix === 'sandbox' ? originsOf(prefix) : []
}
