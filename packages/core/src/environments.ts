/** Forage's public environments, or the addresses of another one (an emulator, a proxy). */
export type ForageEnvironment = 'sandbox' | 'production' | { apiUrl: string; vaultUrl?: string }

interface PublicEnvironment {
  /** What its tokens begin with, before the first `_`. */
  readonly prefix: string
  readonly apiUrl: string
  readonly vaultUrl: string
}

/** docs.joinforage.app; the PIN vault's hosts are those of Forage's own mobile SDKs. */
const publicEnvironments: Record<'sandbox' | 'production', PublicEnvironment> = {
  sandbox: publicEnvironment('sandbox', 'sandbox.joinforage.app'),
  production: publicEnvironment('prod', 'joinforage.app'),
}

function publicEnvironment(prefix: string, domain: string): PublicEnvironment {
  return { prefix, apiUrl: `https://api.${domain}`, vaultUrl: `https://vault.${domain}` }
}

/** Every prefix that Forage's SDKs know. Another one is kept as it is, and contradicts nothing. */
const knownPrefixes = new Set(['sandbox', 'prod', 'cert', 'staging', 'dev', 'local', 'mock'])

/** Whether a token of this prefix belongs to another environment than the one configured. */
export function contradicts(environment: ForageEnvironment | undefined, prefix: string | undefined): boolean {
  if (typeof environment !== 'string' || prefix === undefined) return false
  return knownPrefixes.has(prefix) && publicEnvironments[environment].prefix !== prefix
}

export function apiUrlOf(environment: ForageEnvironment | undefined): string | undefined {
  return typeof environment === 'string' ? publicEnvironments[environment].apiUrl : environment?.apiUrl
}

/** The origins of an environment: where its tokens may be sent. */
export function originsOf(environment: ForageEnvironment): string[] {
  const { apiUrl, vaultUrl } = typeof environment === 'string' ? publicEnvironments[environment] : environment
  return [apiUrl, ...(vaultUrl === undefined ? [] : [vaultUrl])].map((url) => new URL(url).origin)
}

/** The origins of the public environment that a token's prefix names; none for another prefix. */
export function originsOfPrefix(prefix: string | undefined): string[] {
  const own = Object.values(publicEnvironments).find((environment) => environment.prefix === prefix)
  return own ? [new URL(own.apiUrl).origin, new URL(own.vaultUrl).origin] : []
}
