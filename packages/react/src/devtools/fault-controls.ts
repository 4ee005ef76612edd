import type { ForageSession } from '@forage-session/core'

import { faultsProbe, type SessionFaults } from './session-faults.ts'

export type FaultName = 'expireNow' | 'rejectNext' | 'failNext' | 'slowNext'

export type FaultControls =
  | { readonly kind: 'faults'; readonly faults: SessionFaults }
  | { readonly kind: 'emulator'; readonly apiUrl: string }
  | { readonly kind: 'none'; readonly reason: string }

export type Send = (url: string, init?: RequestInit) => Promise<Response>

const reason =
  'To enable these buttons, wrap the session’s tokenSource and fetch with createSessionFaults(), or use the Forage emulator.'

/** Finds a way to simulate faults: the session's own faults, or else the emulator behind it. */
export async function findFaultControls(
  session: ForageSession,
  given: SessionFaults | undefined,
  send: Send,
): Promise<FaultControls> {
  const faults = given ?? wrappedFaults(session)
  if (faults) return { kind: 'faults', faults }
  const { apiUrl } = session
  if (apiUrl !== undefined && isLoopback(apiUrl) && (await isEmulator(apiUrl, send))) {
    return { kind: 'emulator', apiUrl }
  }
  return { kind: 'none', reason }
}

export async function causeFault(controls: FaultControls, fault: FaultName, send: Send): Promise<void> {
  if (controls.kind === 'faults') controls.faults[fault]()
  if (controls.kind !== 'emulator') return
  const [name, body] = emulatorCommands[fault]
  const response = await send(`${controls.apiUrl}/_emulator/${name}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`The emulator answered with status ${response.status}.`)
}

/** The merchant backend mints at this path, so a fault there makes the token source fail. */
const sessionTokens = '/api/session_token/'
const emulatorCommands: Record<FaultName, readonly [name: string, body: object]> = {
  expireNow: ['expire', {}],
  rejectNext: ['faults', { kind: 'reject' }],
  failNext: ['faults', { kind: 'rate-limit', path: sessionTokens }],
  slowNext: ['faults', { kind: 'latency', path: sessionTokens, ms: 3000 }],
}

/** Finds the faults that wrap the session's `fetch`, with a request that is aborted before it is sent. */
function wrappedFaults(session: ForageSession): SessionFaults | undefined {
  let found: SessionFaults | undefined
  const init = { signal: AbortSignal.abort(), [faultsProbe]: (faults: SessionFaults) => (found = faults) }
  try {
    session.fetch('about:blank', init).catch(() => {})
  } catch {}
  return found
}

/** The emulator only runs on this machine, so no other host gets a request. */
function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return /^(localhost|.+\.localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname)
}

async function isEmulator(apiUrl: string, send: Send): Promise<boolean> {
  try {
    const response = await send(`${apiUrl}/_emulator/counts`)
    const counts: unknown = response.ok ? await response.json() : undefined
    return typeof counts === 'object' && counts !== null
  } catch {
    return false
  }
}
