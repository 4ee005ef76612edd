import { throwIfAborted } from '../shared/abort.ts'
import { ForageSessionError } from '../shared/errors.ts'
import type { Attachment } from '../token/attachment.ts'
import { answerRejection, createSharedVerdict, type RejectionContext } from './answer-rejection.ts'
import { attachedCall, sendCall, type Call, type Fetch } from './attached-call.ts'
import { holdInitBody, holdRequestBody, type HeldBody } from './request-body.ts'

export interface SessionFetchContext extends Omit<RejectionContext, 'judge'> {
  /** Returns a signal that is aborted when the checkout changes or the session closes. */
  readonly epoch: () => AbortSignal
}

/**
 * Creates the session's `fetch`: it attaches the token and sends the request; after a 401 about the token it gets
 * a newer one and replays the request once.
 */
export function createSessionFetch(context: SessionFetchContext): Fetch {
  // Called without a receiver: the browser's own fetch accepts only the window as one.
  const { fetch } = context
  const sender = { ...context, judge: createSharedVerdict(context) }
  return (input, init) => {
    const call = attachedCall(context.attachment, input, init)
    return call ? sendAttached(sender, call) : fetch(input, init)
  }
}

async function sendAttached(context: SessionFetchContext & RejectionContext, call: Call): Promise<Response> {
  const { url, signal } = call
  const epoch = context.epoch()
  const holding = holdBody(call)
  const held = 'then' in holding ? await holding : holding
  const token = await context.getToken(signal && { signal })
  if (!context.attachment.admits(url, token)) {
    const message = `The token is not for ${url.split('/', 3).join('/')}, so nothing was sent.`
    throw new ForageSessionError('token_environment_mismatch', message)
  }
  throwIfAborted(signal)
  // No request gets another checkout's token.
  throwIfAborted(epoch)
  const response = await sendCall(context, call, held, token, call.headers)
  if (response.status !== 401 || !isOurs(context.attachment, response)) return response
  return await answerRejection(context, { ...call, held, token, epoch, response })
}

function holdBody({ request, isNative, init, signal }: Call): HeldBody | Promise<HeldBody> {
  const body = init.body ?? undefined
  return request && body === undefined ? holdRequestBody(request, isNative, signal) : holdInitBody(body)
}

/**
 * A 401 is not ours if it cannot be read, or if it came after a redirect to a URL that never gets the token. Without
 * a redirect its URL does not matter: a service worker, a native HTTP bridge or a mock may have its own, or no URL.
 */
function isOurs(attachment: Attachment, { type, redirected, url }: Partial<Response>): boolean {
  return !type?.startsWith('opaque') && (!redirected || !url || attachment.covers(url))
}
