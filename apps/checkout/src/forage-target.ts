import { StartError } from './start-error.ts'

export interface ForageCredentials {
  clientId: string
  clientSecret: string
}

/** Forage's own API, or a compatible one. */
export interface RealTarget {
  kind: 'real'
  environment: 'sandbox' | 'production'
  /** The origin of the API. */
  apiUrl: string
  /** The origin of the vault. */
  vaultUrl: string
  /** The URL of the SDK's script. */
  sdkUrl: string
  credentials: ForageCredentials
  /** A Merchant ID, for example `mid/123ab45c67`. */
  merchantAccount: string
  /** The secret of the webhook endpoint in Forage's dashboard. If undefined, the backend refuses all webhooks. */
  webhookSecret?: string | undefined
}

/** The API that the shop's payments use. */
export type ForageTarget = { kind: 'emulator' } | RealTarget

/** Sources: docs.joinforage.app for the API, the configuration of Forage's mobile SDKs for the vault. */
const hosts = {
  sandbox: { apiUrl: 'https://api.sandbox.joinforage.app', vaultUrl: 'https://vault.sandbox.joinforage.app' },
  production: { apiUrl: 'https://api.joinforage.app', vaultUrl: 'https://vault.joinforage.app' },
}
/** The only URL in Forage's documentation (docs.joinforage.app/docs/checkout-flow). */
const publicSdkUrl = 'https://prod-forage-sdk.s3.us-west-2.amazonaws.com/versions/0.1.23/sdk.js'
const required = ['FORAGE_CLIENT_ID', 'FORAGE_CLIENT_SECRET', 'FORAGE_MERCHANT_ID'] as const

/**
 * Returns the real API if `FORAGE_CLIENT_ID`, `FORAGE_CLIENT_SECRET` and `FORAGE_MERCHANT_ID` are set, and the emulator
 * if all three are missing. Throws `StartError` if only some are set.
 */
export function forageTarget(env: Readonly<Record<string, string | undefined>>): ForageTarget {
  const missing = required.filter((name) => !env[name])
  if (missing.length === required.length) return { kind: 'emulator' }
  if (missing.length > 0) {
    const list = new Intl.ListFormat('en').format(missing)
    throw new StartError(
      `${list} ${missing.length === 1 ? 'is' : 'are'} not set: set all three of ${required.join(', ')}, or unset all three to use the emulator.`,
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
    sdkUrl: urlOf(env, 'FORAGE_SDK_URL')?.href ?? publicSdkUrl,
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
  throw new StartError(`FORAGE_ENVIRONMENT must be "sandbox" or "production", got "${name}".`)
}

function originOf(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return urlOf(env, name)?.origin
}

function urlOf(env: Readonly<Record<string, string | undefined>>, name: string): URL | undefined {
  const value = env[name]
  if (!value) return undefined
  const url = URL.parse(value)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new StartError(`${name} must be a URL like https://api.sandbox.joinforage.app, got "${value}".`)
}
