import { throwIfAborted } from '../shared/abort.ts'
import { boundedBody, maxShortBytes } from '../shared/bounded-body.ts'
import { detachable } from '../shared/detachable.ts'
import { guarded } from '../shared/report.ts'
import type { SessionClock } from '../shared/session-clock.ts'
import { within } from '../shared/within.ts'
import type { ForageSession } from '../state/forage-session.ts'
import type { UntimedEvent } from '../state/session-state.ts'
import type { Attachment } from '../token/attachment.ts'
import { headersOf, sendCall, type Call, type Sender } from './attached-call.ts'
import { judgeRejection, type IsTokenRejected, type Rejection } from './rejection.ts'
import { isSafe, type ReplayPolicy } from './replay-policy.ts'
import type { HeldBody } from './request-body.ts'

export interface RejectionContext extends Sender {
  readonly getToken: ForageSession['getToken']
  readonly emit: (event: UntimedEvent) => void
  readonly attachment: Attachment
  readonly replay: ReplayPolicy
  readonly isTokenRejected: IsTokenRejected | undefined
  readonly clock: SessionClock
  readonly judge: Judge
}

/** A call that got a 401. */
export interface RejectedCall extends Call {
  readonly held: HeldBody
  readonly token: string
  /** Aborted when the call's checkout ends. */
  readonly epoch: AbortSignal
  readonly response: Response
}

/** Answers a 401: with the response of the one replay, or with the 401 itself. */
export async function answerRejection(context: RejectionContext, call: RejectedCall): Promise<Response> {
  const { signal, epoch, response } = call
  // Events go to logs: they get the URL without its query.
  const named = { method: call.method, url: call.url.split(/[?#]/)[0]! }
  const judged = context.judge(call)
  const { ofToken, code } = await detachable(judged, signal?.aborted ? undefined : signal)
  if (!ofToken) return response
  context.emit({ type: 'request-rejected', ...named, code })
  // A payment is never sent with another checkout's token.
  if (epoch.aborted) return response
  const why = await refusalOf(context, call, code)
  if (why) {
    // Renew in the background, even after an abort.
    context.getToken({ rejected: call.token }).catch(() => {})
    context.emit({ type: 'replay-refused', ...named, why })
    return response
  }
  // Without a newer token the caller gets the 401; the session has emitted the error.
  const newer = await context.getToken({ rejected: call.token, signal }).catch(() => undefined)
  throwIfAborted(signal)
  if (!newer || epoch.aborted || !context.attachment.admits(call.url, newer)) return response
  // A short body is read to its end, which frees the connection. It is not awaited.
  if (response.body?.getReader) boundedBody(response, maxShortBytes, context.clock).catch(() => {})
  let ok = false
  try {
    const replayed = await sendCall(context, call, call.held, newer)
    ok = replayed.ok
    return replayed
  } finally {
    context.emit({ type: 'request-replayed', ...named, ok })
  }
}

async function judgeOne({ isTokenRejected, clock }: JudgeContext, call: RejectedCall): Promise<Rejection> {
  const { method, url, response } = call
  const judgeByHook = async (): Promise<Rejection> => ({
    ofToken: await isTokenRejected!(response.clone(), { method, url }),
  })
  const judged = isTokenRejected && (await within(clock, guarded(judgeByHook)))
  return judged ?? (await judgeRejection(response, clock))
}

/**
 * Returns why the call is not replayed. If the caller's policy throws, rejects or does not settle within 2 s, the
 * caller gets the 401.
 */
async function refusalOf(
  context: RejectionContext,
  call: RejectedCall,
  code: string | undefined,
): Promise<string | undefined> {
  const { replay, clock } = context
  const { method, url, held, response } = call
  if (call.signal?.aborted) return 'aborted'
  if (held.once) return 'body'
  // The redirect applied the POST, and the next URL returned the 401: a replay would charge twice.
  if (response.redirected && !isSafe(method)) return 'redirected'
  if (replay === 'all') return undefined
  const headers = headersOf(context, call, held)
  const allows = async (): Promise<boolean> =>
    typeof replay === 'function'
      ? replay({ method, url, headers, code })
      : replay === 'keyed' && (isSafe(method) || headers.has('Idempotency-Key'))
  return (await within(clock, guarded(allows))) ? undefined : 'policy'
}

type JudgeContext = Pick<RejectionContext, 'replay' | 'isTokenRejected' | 'clock'>

/** Judges a call's 401, by the verdict on another 401 of the same token where that is enough. */
type Judge = (call: RejectedCall) => Promise<Rejection>

/**
 * Creates a judge that remembers its last verdict. If one 401 is about the token, so are the others of that token:
 * a request that is safe to replay need not copy and read its own body. It waits for a verdict in progress. A 401
 * about something else stands only for itself. A merchant's own policy or `isTokenRejected` sees each 401, and an
 * unsafe request is judged only by the 401 that it got.
 */
export function createSharedVerdict(context: JudgeContext): Judge {
  let last: { readonly token: string; readonly rejection: Promise<Rejection> } | undefined
  const isDefault = !context.isTokenRejected && typeof context.replay === 'string'
  return async (call) => {
    const { token } = call
    const isShared = isDefault && isSafe(call.method) && last?.token === token
    if (isShared && (await last!.rejection).ofToken) return { ofToken: true }
    const rejection = judgeOne(context, call)
    last = { token, rejection }
    return await rejection
  }
}
