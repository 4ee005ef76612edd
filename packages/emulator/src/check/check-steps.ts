import { carriesToken, isAnswer, tokenOf, type Answer, type Outcome } from './answer.ts'
import type { Settings } from './check-options.ts'
import { skip, type EndpointCheckId, type Verdict } from './endpoint-check.ts'
import { environmentAccepts } from './environment-answer.ts'
import { wait, type Exchange } from './exchange.ts'
import { isCrossOrigin, pageRequest, preflightNames, preflightRequest, type Changes } from './page-request.ts'
import { badBodyVerdict, largeBodyVerdict, unknownMembersVerdict } from './verdicts/body-verdicts.ts'
import {
  contentTypeVerdict,
  corsVerdict,
  methodsVerdict,
  originVerdict,
  otherCheckoutVerdict,
  signedOutVerdict,
} from './verdicts/guard-verdicts.ts'
import { parallelVerdict } from './verdicts/load-verdicts.ts'
import {
  expiresInVerdict,
  freshVerdict,
  rejectedVerdict,
  tokenKindVerdict,
} from './verdicts/token-verdicts.ts'

export type Verdicts = Partial<Record<EndpointCheckId, Verdict>>

/** An endpoint may share one answer for 10 s, because a page may mount twice. */
const SHARED_ANSWER_MS = 11_000

const PARALLEL_REQUESTS = 20

/** Members that no version of the page sends today. */
const moreMembers = { page_version: 2, device: { tags: ['kiosk'], locale: 'es-US' } }

const FOREIGN_ORIGIN = 'https://foreign-site.example'

/** A checkout that no shop has. */
const INVENTED_CHECKOUT = 'no-checkout-of-yours-5b1f0c9e'

/** Sends the requests of one endpoint's checks. */
export interface CheckSteps {
  /** What the first token itself shows. */
  token(base: Answer, token: string): Promise<Verdicts>
  signedOut(): Promise<Verdicts>
  /** The same for an endpoint that gave no token: then, an answer like the first one means nothing. */
  signedOutOnly(): Promise<Verdicts>
  /** Requests that must get no token. */
  guards(base: Answer): Promise<Verdicts>
  /** Bodies that a page may send, by mistake or not. */
  bodies(): Promise<Verdicts>
  /** Tokens after the first one. It waits, and uses up the endpoint's limit at the end. */
  laterTokens(): Promise<Verdicts>
}

export function createCheckSteps(settings: Settings, exchange: Exchange): CheckSteps {
  const send = (changes: Changes = {}): Promise<Outcome> =>
    exchange.sendPatiently(pageRequest(settings, changes))
  return {
    token: async (base, token) => ({
      'token-kind': tokenKindVerdict(token, settings.environment, await environmentAccepts(settings, token)),
      'expires-in': expiresInVerdict(base, token),
    }),
    signedOut: async () => ({ 'signed-out': signedOutVerdict(await send({ isSignedIn: false })) }),
    signedOutOnly: async () => {
      const outcome = await send({ isSignedIn: false })
      return carriesTokenOrRefuses(outcome) ? { 'signed-out': signedOutVerdict(outcome) } : {}
    },
    guards: async (base) => ({
      methods: methodsVerdict(await otherMethods(send)),
      'content-type': contentTypeVerdict(await send({ contentType: 'text/plain' })),
      origin: originVerdict(
        await send({ origin: FOREIGN_ORIGIN, site: null }),
        await send({ origin: null, site: 'cross-site' }),
        FOREIGN_ORIGIN,
      ),
      'other-checkout': await otherCheckout(settings, send),
      cors: await cors(settings, exchange, base),
    }),
    bodies: async () => ({
      'unknown-members': unknownMembersVerdict(await send({ body: moreMembers })),
      'bad-body': badBodyVerdict(await send({ body: '' }), await send({ body: '{"checkout_id":' })),
      'large-body': largeBodyVerdict(await send({ body: { padding: 'x'.repeat(10_000) } }), await send()),
    }),
    laterTokens: async () => ({
      rejected: await compared(exchange, () => send({ body: { reason: 'rejected' } }), rejectedVerdict),
      fresh: await compared(exchange, () => later(settings, send), freshVerdict),
      parallel: parallelVerdict(await inParallel(settings, exchange)),
    }),
  }
}

function carriesTokenOrRefuses(outcome: Outcome): boolean {
  return isAnswer(outcome) && (outcome.status === 401 || carriesToken(outcome))
}

type Send = (changes?: Changes) => Promise<Outcome>

/** Judges an outcome by the tokens that came before it. */
async function compared(
  { answers }: Exchange,
  send: () => Promise<Outcome>,
  judge: (outcome: Outcome, earlier: ReadonlySet<string>) => Verdict,
): Promise<Verdict> {
  const tokens = answers.map(tokenOf).filter((token) => token !== undefined)
  return judge(await send(), new Set(tokens))
}

async function later({ clock }: Settings, send: Send): Promise<Outcome> {
  await wait(clock, SHARED_ANSWER_MS)
  return send()
}

/** Does not repeat a request after a 429: here, a limit is a good answer. */
function inParallel(settings: Settings, { send }: Exchange): Promise<Outcome[]> {
  return Promise.all(Array.from({ length: PARALLEL_REQUESTS }, () => send(pageRequest(settings))))
}

async function otherMethods(send: Send): Promise<[string, Outcome][]> {
  const outcomes: [string, Outcome][] = []
  for (const method of ['GET', 'PUT', 'HEAD']) outcomes.push([method, await send({ method })])
  return outcomes
}

async function otherCheckout({ checkoutId, otherCheckoutId }: Settings, send: Send): Promise<Verdict> {
  const other = otherCheckoutId ?? (checkoutId === undefined ? undefined : INVENTED_CHECKOUT)
  if (other === undefined) return skip('Not checked: give a checkout of another customer (--other-checkout).')
  return otherCheckoutVerdict(await send({ body: { checkout_id: other } }))
}

async function cors(settings: Settings, exchange: Exchange, base: Answer): Promise<Verdict> {
  const { origin } = settings
  if (!isCrossOrigin(settings)) return skip('Not needed: the page and the endpoint have the same origin.')
  const preflight = await exchange.sendPatiently(preflightRequest(settings))
  return corsVerdict(preflight, base, origin, preflightNames(settings))
}
