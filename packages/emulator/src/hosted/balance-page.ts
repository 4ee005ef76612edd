import type { EmulatorContext } from '../context.ts'
import type { BalanceSession } from '../state/store.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { alert, hostedPage, leave, pinField } from './hosted-page.ts'
import { html } from './html.ts'

export function balancePage(context: EmulatorContext, session: BalanceSession, action: string): string {
  const last4 = context.store.paymentMethods.get(session.paymentMethod)?.pan.slice(-4) ?? ''
  const problem = session.error ? `${session.error.message} (${session.error.code})` : undefined
  const form = html`${alert(problem)}
    <p>EBT card ending in ${last4}</p>
    <form method="post" action="${action}">
      ${pinField}
      <button>Check balance</button>
    </form>
    ${leave(session.cancelRedirectUrl, 'Cancel and go back')}`
  return hostedPage('Check your EBT balance', form)
}

/** Whether the balance is known now: at the payment method, never on the page. */
export function checkBalance(context: EmulatorContext, session: BalanceSession, pin: string): boolean {
  const { balanceSessions, paymentMethods } = context.store
  const method = paymentMethods.get(session.paymentMethod)
  if (!method) return false
  if (!/^\d{4}$/.test(pin))
    return fail({ code: 'user_error', message: 'Please enter the four digits of your PIN.' })
  const answer = networkOf(context).balance(method.pan, pin)
  if (!answer.approved) return fail({ code: answer.decline.forage_code, message: answer.decline.message })
  paymentMethods.set(method.ref, { ...method, balance: answer.balance })
  balanceSessions.set(session.ref, { ...session, error: null })
  return true

  function fail(error: BalanceSession['error']): false {
    balanceSessions.set(session.ref, { ...session, error })
    return false
  }
}
