import type { EmulatorContext } from '../context/context.ts'
import { paymentMethodTable } from '../payment-methods/payment-method.ts'
import { balanceSessionTable, type BalanceSession } from '../sessions/hosted-session.ts'
import { networkOf } from '../vault/ebt-network.ts'
import { alert, hostedPage, leave, pinField } from './hosted-page.ts'
import { html } from './html.ts'

export function balancePage(context: EmulatorContext, session: BalanceSession, action: string): string {
  const last4 = context.store.table(paymentMethodTable).get(session.paymentMethod)?.pan.slice(-4) ?? ''
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

/** Checks the balance and stores it at the payment method; the page never shows it. Returns whether it succeeded. */
export function checkBalance(context: EmulatorContext, session: BalanceSession, pin: string): boolean {
  const balanceSessions = context.store.table(balanceSessionTable)
  const paymentMethods = context.store.table(paymentMethodTable)
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
