import type { Customer } from './customer.ts'

export const card = '9999420000000001'
export const pin = '1234'
export const total = '$18.73'

/** Opens the shop and goes to the EBT card step. */
export async function goToCard(customer: Customer): Promise<void> {
  await customer.open()
  await customer.press('Check out')
  await customer.press('Maria Lopez')
  await customer.sees('Your EBT card')
}

export async function goToBalance(customer: Customer): Promise<void> {
  await goToCard(customer)
  await customer.type('EBT card number', card)
  await customer.press('Continue to balance')
  await customer.type('EBT card PIN', pin)
  await customer.press('Continue to amounts')
  await customer.sees('$1,000.00')
}

/** Pays, from the cart to the receipt. */
export async function payFromCart(customer: Customer): Promise<void> {
  await customer.press('Check out')
  await customer.press('Maria Lopez')
  await customer.type('EBT card number', card)
  await customer.press('Continue to balance')
  await customer.type('EBT card PIN', pin)
  await customer.press('Continue to amounts')
  await customer.press('Continue to payment')
  await customer.type('EBT card PIN', pin)
  await customer.press(`Pay ${total}`)
  await customer.sees('Thank you, your order is paid')
}

export async function goToPin(customer: Customer): Promise<void> {
  await goToBalance(customer)
  await customer.press('Continue to payment')
  await customer.sees('Confirm with your PIN')
}

export interface PreparedOrder {
  items: { productId: string; quantity: number }[]
  split: { snapCents: number; cashCents: number; cardCents: number }
}

/** An order of $4.29, paid with EBT SNAP alone. */
export const milk: PreparedOrder = {
  items: [{ productId: 'milk', quantity: 1 }],
  split: { snapCents: 429, cashCents: 0, cardCents: 0 },
}

/** An order with three tenders: $4.29 of EBT SNAP, $3.99 of EBT Cash and $10.00 of the card on file. */
export const mixed: PreparedOrder = {
  items: ['milk', 'soap', 'gift-card'].map((productId) => ({ productId, quantity: 1 })),
  split: { snapCents: 429, cashCents: 399, cardCents: 1000 },
}

/** Opens a prepared order at the PIN, without the pages before it. Returns the order's id. */
export async function startAtPin(customer: Customer, order: PreparedOrder, number = card): Promise<string> {
  await customer.open()
  await customer.sees('Your cart')
  const id = String(
    await customer.evaluate(`(${prepareOrder.toString()})(${JSON.stringify({ ...order, number })})`),
  )
  await customer.open(`/orders/${id}`)
  await customer.sees('Confirm with your PIN')
  return id
}

/** Runs in the page, and sends the requests that the shop and Forage's SDK would send. */
async function prepareOrder({ items, split, number }: PreparedOrder & { number: string }): Promise<string> {
  const send = async (method: string, url: string, body?: object, more?: Record<string, string>) => {
    const headers = { 'Content-Type': 'application/json', ...more }
    const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return (await response.json()) as Record<string, string>
  }
  const { apiUrl, merchantAccount } = await send('GET', '/api/config')
  await send('POST', '/api/account', { account: 'maria' })
  const { id, customerId } = await send('POST', '/api/orders', { items, fulfilment: 'pickup' })
  const { token } = await send('POST', '/api/forage/session-token', { checkout_id: id, reason: 'first' })
  const method = { type: 'ebt', card: { number }, customer_id: customerId, reusable: true }
  const { ref } = await send('POST', `${apiUrl}/api/payment_methods/`, method, {
    Authorization: `Bearer ${token}`,
    'Merchant-Account': String(merchantAccount),
  })
  await send('PUT', `/api/orders/${id}/card`, { ref })
  await send('PUT', `/api/orders/${id}/payments`, split)
  return String(id)
}
