import { ownMembers } from '../shared/as-record.ts'

/** One of Forage's public environments, or the URLs of another one (an emulator, a proxy). */
export type ForageEnvironment = 'sandbox' | 'production' | { apiUrl: string; vaultUrl?: string }

type Urls = Exclude<ForageEnvironment, string>

/** From docs.joinforage.app; the hosts of the PIN vault are those in Forage's own mobile SDKs. */
function urlsOf(environment: ForageEnvironment): Urls {
  if (typeof environment !== 'string') return ownMembers(environment)
  const domain = environment === 'sandbox' ? 'sandbox.joinforage.app' : 'joinforage.app'
  return { apiUrl: `https://api.${domain}`, vaultUrl: `https://vault.${domain}` }
}

/** The prefixes that Forage's SDKs know. Any other prefix is kept and contradicts nothing. */
const knownPrefix = /^(sandbox|prod|cert|staging|dev|local|mock)$/

/** Returns whether a token with this prefix belongs to another environment than the configured one. */
export function contradicts(environment: ForageEnvironment | undefined, prefix = ''): boolean {
  const own = environment === 'production' ? 'prod' : environment
  return typeof own === 'string' && own !== prefix && knownPrefix.test(prefix)
}

/** Returns the URL of the environment's API. */
export function apiUrlOf(environment: ForageEnvironment | undefined): string | undefined {
  return environment && urlsOf(environment).apiUrl
}

/** Returns the origins that may get a token of this environment. */
export function originsOf(environment: ForageEnvironment): string[] {
  const { apiUrl, vaultUrl = apiUrl } = urlsOf(environment)
  const urls = [apiUrl, vaultUrl]
  // The public URLs are origins. The URL of React Native has no `origin` without a polyfill.
  return typeof environment === 'string' ? urls : urls.map((url) => new URL(url).origin)
}

/** Returns the origins of the public environment that a token's prefix names; an empty list for other prefixes. */
export function originsOfPrefix(prefix: string | undefined): string[] {
  if (prefix === 'prod') return originsOf('production')
  return prefix === 'sandbox' ? originsOf(prefix) : []
}
