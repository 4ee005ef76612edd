import type { Customer } from './customer.ts'

export const card = '9999420000000001'
export const pin = '1234'
export const total = '$18.73'

/** The steps of a checkout that every story shares. */
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
  await customer.press('Show my balance')
  await customer.sees('$1,000.00')
}

export async function goToPin(customer: Customer): Promise<void> {
  await goToBalance(customer)
  await customer.press('Continue to payment')
  await customer.sees('Confirm with your PIN')
}
