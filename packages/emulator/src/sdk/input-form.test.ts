import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { inputForm, type FieldProblem, type InputField } from './input-form.ts'
import type { ElementType } from './sdk-messages.ts'

function field(type: ElementType, name: string): InputField {
  const found = inputForm(type).fields.find((each) => each.name === name)
  if (!found) throw new Error(`There is no field ${name}.`)
  return found
}

const incomplete = (message: string): FieldProblem => ({ message, isIncomplete: true })
const wrong = (message: string): FieldProblem => ({ message, isIncomplete: false })

describe('an EBT card number', () => {
  const number = field('tokenize_card', 'number')

  test.each([
    ['9999420000000001', '9999 4200 0000 0001'],
    ['9999-4200-0000-0001', '9999 4200 0000 0001'],
    ['my card: 99994', '9999 4'],
    ['9999 ', '9999'],
    ['99994200000000010001234', '9999 4200 0000 0001 000'],
  ])('the text %s is shown as %s', (text, shown) => {
    expect(number.format(text)).toBe(shown)
    expect(number.format(shown)).toBe(shown)
  })

  test.each([
    ['', null],
    ['9999 4200 0000 000', incomplete('Your EBT card number is incomplete.')],
    ['9999 4200 0000 0001', null],
    ['9999 4200 0000 0001 0', wrong('Your EBT card number is invalid.')],
    ['9999 4200 0000 0001 00', null],
    ['9999 4200 0000 0001 000', null],
    ['1111 1111 1111 1111', wrong('Your EBT card number is invalid.')],
  ])('the problem of "%s" is %o', (text, problem) => {
    expect(number.problem(text)).toEqual(problem)
  })
})

describe('an EBT card PIN', () => {
  const pin = field('collect_pin', 'pin')

  test('a PIN has four digits, whatever is typed or pasted', () => {
    expect(pin.format('PIN 1-2-3-4-5')).toBe('1234')
    expect(pin.problem('1234')).toBeNull()
    expect(pin.problem('12')).toEqual(incomplete('Your EBT card PIN is incomplete.'))
    expect(pin.problem('')).toEqual(incomplete('Your EBT card PIN is incomplete.'))
  })
})

describe('a payment sheet', () => {
  const sheet = (name: string): InputField => field('payment_sheet', name)

  beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-02-28T12:00:00Z') }))
  afterEach(() => vi.useRealTimers())

  test.each([
    ['cardNumber', '4000051230002839', '4000 0512 3000 2839'],
    ['cardNumber', '40000512300028391', '4000 0512 3000 2839'],
    ['cardExpiration', '1', '1'],
    ['cardExpiration', '12', '12'],
    ['cardExpiration', '123', '12/3'],
    ['cardExpiration', '12/', '12'],
    ['cardExpiration', '4/30', '04/30'],
    ['cardExpiration', '04 / 2030', '04/30'],
    ['cardCVV', '12a345', '1234'],
    ['cardZipCode', '94102', '94102'],
    ['cardZipCode', '941021234', '94102-1234'],
    ['cardZipCode', '94102-', '94102'],
  ])('the %s %s is shown as %s', (name, text, shown) => {
    expect(sheet(name).format(text)).toBe(shown)
  })

  test.each([
    ['cardHolderName', ' ', incomplete('Cardholder name required')],
    ['cardHolderName', 'Ada Lovelace', null],
    ['cardNumber', '4000 0512', incomplete('Card number required')],
    ['cardNumber', '4000 0512 3000 2839', null],
    ['cardNumber', '4000 0512 3000 2838', wrong('Card number required')],
    ['cardExpiration', '12/3', incomplete('Expiration date required')],
    ['cardExpiration', '13/30', wrong('Expiration date required')],
    ['cardExpiration', '01/26', wrong('Card is expired')],
    ['cardExpiration', '02/26', null],
    ['cardCVV', '12', incomplete('CVV required')],
    ['cardCVV', '1234', null],
    ['cardZipCode', '9410', incomplete('ZIP code required')],
    ['cardZipCode', '94102-123', incomplete('ZIP code required')],
    ['cardZipCode', '94102-1234', null],
  ])('the problem of the %s "%s" is %o', (name, text, problem) => {
    expect(sheet(name).problem(text)).toEqual(problem)
  })

  test('a digit that the customer deletes from an expiration date is not replaced with a zero', () => {
    expect(sheet('cardExpiration').format('1/30', true)).toBe('13/0')
    expect(sheet('cardExpiration').format('12/', true)).toBe('12')
  })

  test('the body has the members of the mobile SDKs', () => {
    const texts = {
      cardHolderName: ' Ada Lovelace ',
      cardNumber: '4000 0512 3000 2839',
      cardExpiration: '04/30',
      cardCVV: '123',
      cardZipCode: '94102-1234',
    }
    const body = { type: 'credit', reusable: true, customer_id: 'c-1', card: { is_hsa_fsa: true } }
    expect(inputForm('payment_sheet').complete(body, texts)).toEqual({
      type: 'credit',
      reusable: true,
      customer_id: 'c-1',
      card: {
        is_hsa_fsa: true,
        number: '4000051230002839',
        name: 'Ada Lovelace',
        zip_code: '94102-1234',
        exp_month: 4,
        exp_year: 2030,
        security_code: '123',
      },
    })
  })
})
