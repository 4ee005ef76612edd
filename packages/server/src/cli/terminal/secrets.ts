import type { Variables } from '../configuration/environment-variables.ts'

// Shorter values are not secrets, and replacing them would remove words from sentences.
const shortest = 8

/** Returns the values that must not be printed: client secrets, sealing keys, and passwords in addresses. */
export function secretsIn(env: Variables): string[] {
  const values = Object.entries(env).flatMap(([name, value = '']) => secretsOf(name, value))
  return values.filter((value) => value.length >= shortest)
}

function secretsOf(name: string, value: string): string[] {
  if (/^FORAGE_(CLIENT_SECRET|SEAL_KEY_\d)/.test(name)) return [value]
  if (!addresses.has(name)) return []
  const passwords = passwordsIn(value)
  return passwords.length > 0 ? [value, ...passwords, ...passwords.map(decoded)] : []
}

const addresses = new Set(['REDIS_URL', 'DATABASE_URL', 'FORAGE_ENVIRONMENT'])

/** Finds passwords also in an address that no parser accepts: with several hosts, or with characters that are not encoded. */
function passwordsIn(address: string): string[] {
  const login = /^[a-z][a-z\d+.-]*:\/\/(.*)@/is.exec(address)?.[1] ?? ''
  const password = login.includes(':') ? login.slice(login.indexOf(':') + 1) : ''
  const parameters = [...address.matchAll(/[?&][^=&]*password=([^&#]*)/gi)].map(([, value = '']) => value)
  return [password, ...parameters].filter((each) => each !== '')
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}
