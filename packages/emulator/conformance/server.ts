import { DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_MERCHANTS } from '../src/app/emulator.ts'
import { startEmulator } from '../src/node.ts'
import { createApi, type Api, type ApiOptions, type QuidkeyClient } from './api.ts'
import { createWebhookInbox } from './webhook-inbox.ts'

export interface Server {
  readonly api: Api
  /** True for an emulator that ends with this run. */
  readonly isOwn: boolean
  close(): Promise<void>
}

interface Addresses {
  readonly baseUrl?: string | undefined
  readonly vaultUrl?: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

type OpenTab = ApiOptions['openTab']

/**
 * Returns the server at `baseUrl`, or a new emulator. Throws a sentence if credentials are missing. `openTab` opens a tab
 * of a browser, if there is one.
 */
export async function chooseServer(
  addresses: Addresses,
  environment: Environment,
  openTab?: OpenTab,
): Promise<Server> {
  const { baseUrl, vaultUrl } = addresses
  return baseUrl === undefined
    ? await ownServer(openTab)
    : await serverAt(baseUrl, vaultUrl, environment, openTab)
}

async function ownServer(openTab: OpenTab): Promise<Server> {
  const webhooks = createWebhookInbox()
  const { emulator, url, vaultUrl, close } = await startEmulator({
    port: 0,
    // No webhook leaves this process: the inbox receives them all.
    webhooks: [{ url: 'http://webhooks.invalid/', secret: 'conformance' }],
    fetch: webhooks.fetch,
  })
  const [merchant] = emulator.merchants
  const api = createApi({
    baseUrl: url,
    vaultUrl,
    clientId: emulator.clientId,
    clientSecret: emulator.clientSecret,
    merchant: merchant?.id ?? '',
    fnsNumber: merchant?.fnsNumber,
    quidkey: { url, clientId: emulator.clientId, clientSecret: emulator.clientSecret },
    advance: (ms) => emulator.control.advance(ms),
    webhooks,
    openTab,
    sdkUrl: `${url}/sdk/forage.js`,
  })
  return { api, isOwn: true, close }
}

async function serverAt(
  baseUrl: string,
  vaultUrl: string | undefined,
  environment: Environment,
  openTab: OpenTab,
): Promise<Server> {
  const isEmulator = await isControllable(baseUrl)
  const required = (name: string, emulatorDefault: string): string => {
    const value = environment[name] ?? (isEmulator ? emulatorDefault : undefined)
    if (value) return value
    throw new Error(`${name} is not set. Set it to check ${new URL(baseUrl).host}.`)
  }
  const client = {
    clientId: required('FORAGE_CLIENT_ID', DEFAULT_CLIENT_ID),
    clientSecret: required('FORAGE_CLIENT_SECRET', DEFAULT_CLIENT_SECRET),
  }
  const api = createApi({
    baseUrl,
    vaultUrl: vaultUrl ?? (isEmulator ? baseUrl : vaultOf(baseUrl)),
    ...client,
    quidkey: isEmulator ? { url: baseUrl, ...client } : quidkeyOf(environment),
    merchant: required('FORAGE_MERCHANT_ID', DEFAULT_MERCHANTS[0] ?? '').replace(/^mid\//, ''),
    fnsNumber: environment['FORAGE_FNS_NUMBER'],
    openTab,
    sdkUrl: environment['FORAGE_SDK_URL'] ?? (isEmulator ? `${baseUrl}/sdk/forage.js` : undefined),
    ...(isEmulator ? { advance: (ms) => advance(baseUrl, ms) } : {}),
  })
  return { api, isOwn: false, close: async () => {} }
}

/** Returns undefined without a URL, because Quidkey is another company's API with separate credentials. */
function quidkeyOf(environment: Environment): QuidkeyClient | undefined {
  const { QUIDKEY_URL: url, QUIDKEY_CLIENT_ID: clientId, QUIDKEY_CLIENT_SECRET: clientSecret } = environment
  if (!url) return undefined
  if (clientId && clientSecret) return { url, clientId, clientSecret }
  throw new Error(`Set QUIDKEY_CLIENT_ID and QUIDKEY_CLIENT_SECRET to check ${new URL(url).host}.`)
}

/** `https://api.sandbox.joinforage.app` and `https://vault.sandbox.joinforage.app` belong together. */
function vaultOf(baseUrl: string): string {
  const url = new URL(baseUrl)
  url.host = url.host.replace(/^api\./, 'vault.')
  return url.origin
}

/** Returns whether the server has a control plane. Only a server on this machine is checked. */
async function isControllable(baseUrl: string): Promise<boolean> {
  if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(baseUrl).hostname)) return false
  return (await fetch(new URL('/_emulator/counts', baseUrl))).ok
}

async function advance(baseUrl: string, ms: number): Promise<void> {
  const response = await fetch(new URL('/_emulator/advance', baseUrl), {
    method: 'POST',
    body: JSON.stringify({ ms }),
  })
  if (!response.ok) throw new Error(`The clock was not moved: ${response.status}.`)
}
