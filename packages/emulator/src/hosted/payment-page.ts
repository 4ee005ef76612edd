import type { EmulatorContext } from '../context/context.ts'
import { livePayments } from '../orders/order-payment.ts'
import { isOrderOpen, orderStatus } from '../orders/order-state.ts'
import type { Order } from '../orders/order.ts'
import { paymentMethodTable } from '../payment-methods/payment-method.ts'
import { formatAmount } from '../shared/money.ts'
import { alert, hostedPage, leave, pinField } from './hosted-page.ts'
import { html, type Html } from './html.ts'
import { amountsDue, type PayProblem } from './pay-order.ts'

const problems: Readonly<Record<PayProblem, string>> = {
  card_number: 'Please enter a card number of 16 to 19 digits.',
  pin: 'Please enter the four digits of your PIN.',
  cannot_capture_order: 'This order can no longer be paid (cannot_capture_order).',
  wrong_payment_total: 'The payments of this order do not add up to its totals (wrong_payment_total).',
  different_ebt_card:
    'A part of this order was paid with another EBT card. Please use that card (different_ebt_card).',
}

/** Returns the page of an order: the amounts and the form, or the result of a finished order. */
export function paymentPage(
  context: EmulatorContext,
  order: Order,
  action: string,
  problem: string | null,
): string {
  const status = orderStatus(context, order)
  if (status === 'succeeded') return endPage('Payment complete', order, order.successRedirectUrl)
  if (!isOrderOpen(context, order)) return endPage(`This order is ${status}`, order, order.cancelRedirectUrl)
  const form = html`${alert(problemText(order, problem))} ${amounts(order)}
    <form method="post" action="${action}">
      ${cardField(context, order)} ${pinField}
      <button>Pay $${formatAmount(sumOf(order))}</button>
    </form>
    ${leave(order.cancelRedirectUrl, 'Cancel and go back')}`
  return hostedPage('Pay with EBT', form)
}

function endPage(title: string, order: Order, next: string): string {
  return hostedPage(title, html`${amounts(order)}${leave(next, 'Back to the shop')}`)
}

function problemText(order: Order, problem: string | null): string | undefined {
  if (problem !== null && Object.hasOwn(problems, problem)) return problems[problem as PayProblem]
  const last = order.status === 'failed' ? order.previousErrors.at(-1) : undefined
  return last && `${last.message} (${last.code})`
}

function amounts(order: Order): Html {
  const { snap, cash, other } = amountsDue(order)
  const rows = [
    ['SNAP', snap],
    ['EBT Cash', cash],
    ['Credit card', other],
  ] as const
  const owed = rows.filter(([, cents]) => cents > 0)
  return html`<dl>
    ${owed.map(
      ([name, cents]) =>
        html`<dt>${name}</dt>
          <dd>$${formatAmount(cents)}</dd> `,
    )}
    <dt class="total">Total</dt>
    <dd class="total">$${formatAmount(sumOf(order))}</dd>
  </dl>`
}

function sumOf({ totals }: Order): number {
  return totals.snap + totals.ebtCash + totals.remaining
}

/** Returns the card's field. Shows only the last four digits of a known card. */
function cardField(context: EmulatorContext, order: Order): Html {
  const ref = livePayments(context, order)[0]?.paymentMethod ?? order.paymentMethod ?? ''
  const known = context.store.table(paymentMethodTable).get(ref)
  const isCustom = order.products === null
  if (known && isCustom) return html`<p>EBT card ending in ${known.pan.slice(-4)}</p>`
  if (isCustom) return html`<p>No card yet.</p>`
  const hint = known ? `Leave empty for the card ending in ${known.pan.slice(-4)}.` : '16 to 19 digits.'
  return html`<label for="card">EBT card number</label>
    <input
      id="card"
      name="card_number"
      inputmode="numeric"
      autocomplete="off"
      pattern="[0-9 ]{16,23}"
      maxlength="23"
      ${known ? undefined : html` required`}
      aria-describedby="card-hint"
    />
    <p id="card-hint" class="hint">${hint}</p>`
}
