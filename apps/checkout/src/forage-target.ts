import { StartError } from './start-error.ts'

export interface ForageCredentials {
  clientId: string
  clientSecret: string
}

/** Forage's own API, or one that speaks like it. */
export interface RealTarget {
  kind: 'real'
  environment: 'sandbox' | 'production'
  /** Origins. */
  apiUrl: string
  vaultUrl: string
  /** The address of the SDK's script. */
  sdkUrl: string
  credentials: ForageCredentials
  /** For example `mid/123ab45c67`. */
  merchantAccount: string
  /** Of the webhooks' endpoint in Forage's dashboard. Undefined: no webhook is believed. */
  webhookSecret?: string | undefined
}

/** What the shop is paid through. */
export type ForageTarget = { kind: 'emulator' } | RealTarget

/** Hosts: docs.joinforage.app, and for the vault the configuration of Forage's mobile SDKs. */
const hosts = {
  sandbox: { apiUrl: 'https://api.sandbox.joinforage.app', vaultUrl: 'https://vault.sandbox.joinforage.app' },
  production: { apiUrl: 'https://api.joinforage.app', vaultUrl: 'https://vault.joinforage.app' },
}
/** The only address that Forage's documentation gives (docs/checkout-flow). */
const publicSdkUrl = 'https://prod-forage-sdk.s3.us-west-2.amazonaws.com/versions/0.1.23/sdk.js'
const required = ['FORAGE_CLIENT_ID', 'FORAGE_CLIENT_SECRET', 'FORAGE_MERCHANT_ID'] as const

/** All three of `FORAGE_CLIENT_ID`, `FORAGE_CLIENT_SECRET` and `FORAGE_MERCHANT_ID`: the real thing. None: the emulator. */
export function forageTarget(env: Readonly<Record<string, string | undefined>>): ForageTarget {
  const missing = required.filter((name) => !env[name])
  if (missing.length === required.length) return { kind: 'emulator' }
  if (missing.length > 0) {
    const list = new Intl.ListFormat('en').format(missing)
    throw new StartError(
      `${list} ${missing.length === 1 ? 'is' : 'are'} not set: set all three of ${required.join(', ')}, or none to use the emulator.`,
    )
  }
  return realTarget(env)
}

function realTarget(env: Readonly<Record<string, string | undefined>>): RealTarget {
  const environment = environmentOf(env['FORAGE_ENVIRONMENT'])
  const merchantId = env['FORAGE_MERCHANT_ID'] ?? ''
  return {
    kind: 'real',
    environment,
    apiUrl: originOf(env, 'FORAGE_API_URL') ?? hosts[environment].apiUrl,
    vaultUrl: originOf(env, 'FORAGE_VAULT_URL') ?? hosts[environment].vaultUrl,
    sdkUrl: addressOf(env, 'FORAGE_SDK_URL')?.href ?? publicSdkUrl,
    credentials: {
      clientId: env['FORAGE_CLIENT_ID'] ?? '',
      clientSecret: env['FORAGE_CLIENT_SECRET'] ?? '',
    },
    merchantAccount: merchantId.startsWith('mid/') ? merchantId : `mid/${merchantId}`,
    webhookSecret: env['FORAGE_WEBHOOK_SECRET'] || undefined,
  }
}

function environmentOf(name: string | undefined): RealTarget['environment'] {
  if (!name || name === 'sandbox') return 'sandbox'
  if (name === 'production') return 'production'
  throw new StartError(`FORAGE_ENVIRONMENT has to be "sandbox" or "production", got "${name}".`)
}

function originOf(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return addressOf(env, name)?.origin
}

function addressOf(env: Readonly<Record<string, string | undefined>>, name: string): URL | undefined {
  const value = env[name]
  if (!value) return undefined
  const url = URL.parse(value)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new StartError(
    `${name} has to be an address like https://api.sandbox.joinforage.app, got "${value}".`,
  )
}
