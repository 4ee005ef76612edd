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
  const isAddress = ['REDIS_URL', 'DATABASE_URL', 'FORAGE_ENVIRONMENT'].includes(name)
  const password = isAddress ? URL.parse(value)?.password : undefined
  return password ? [value, password, decoded(password)] : []
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}
