import type { EmulatorContext } from '../context/context.ts'
import { onboardingSessionTable, type OnboardingSession } from '../sessions/hosted-session.ts'
import { alert, hostedPage, leave } from './hosted-page.ts'
import { html } from './html.ts'

export function onboardingPage(session: OnboardingSession, action: string): string {
  if (session.status === 'live')
    return hostedPage('Your store is live', html`${leave(session.successRedirectUrl, 'Continue')}`)
  const isRefused = session.status === 'verification_failed'
  const form = html`${alert(isRefused ? 'The FNS number could not be verified.' : undefined)}
    <form method="post" action="${action}">
      <label for="name">Store name</label>
      <input id="name" name="name" autocomplete="organization" required />
      <label for="fns">FNS number</label>
      <input
        id="fns"
        name="fns_number"
        inputmode="numeric"
        autocomplete="off"
        required
        aria-describedby="fns-hint"
      />
      <p id="fns-hint" class="hint">Seven digits pass the verification; anything else fails.</p>
      <button>Submit</button>
    </form>
    ${leave(session.cancelRedirectUrl, 'Cancel and go back')}`
  return hostedPage('Accept EBT at your store', form)
}

/**
 * Submits the form. docs.joinforage.app/docs/webhooks-event-reference names the events. "Every webhook event includes a
 * data.status field" (docs.joinforage.app/docs/webhooks-concepts); the rest of their `data` is inferred.
 */
export function submitOnboarding(
  { events, store }: EmulatorContext,
  session: OnboardingSession,
  typed: URLSearchParams,
): OnboardingSession {
  const fnsNumber = typed.get('fns_number') ?? ''
  const status = /^\d{7}$/.test(fnsNumber) ? 'live' : 'verification_failed'
  const submitted: OnboardingSession = { ...session, status }
  store.table(onboardingSessionTable).set(session.ref, submitted)
  const merchant = { merchant_fns: fnsNumber, merchant_name: typed.get('name') ?? '' }
  events.emit({ type: 'MERCHANT_ONBOARDING_SUBMITTED', data: { ...merchant, status: 'submitted' } })
  const verdict = status === 'live' ? 'MERCHANT_ONBOARDING_LIVE' : 'MERCHANT_ONBOARDING_VERIFICATION_FAILED'
  events.emit({ type: verdict, data: { ...merchant, status } })
  return submitted
}
