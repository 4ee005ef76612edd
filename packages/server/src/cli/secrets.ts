import type { Variables } from './environment-variables.ts'

// Shorter ones are no secrets, and would cut words out of sentences.
const shortest = 8

/** What must not be printed: client secrets, sealing keys, and the password of an address. */
export function secretsIn(env: Variables): string[] {
  const values = Object.entries(env).flatMap(([name, value = '']) => secretsOf(name, value))
  return values.filter((value) => value.length >= shortest)
}

function secretsOf(name: string, value: string): string[] {
  if (/^FORAGE_(CLIENT_SECRET|SEAL_KEY_\d)/.test(name)) return [value]
  const password = name === 'REDIS_URL' ? URL.parse(value)?.password : undefined
  return password ? [value, password, decodeURIComponent(password)] : []
}
