import { addMethod, addPayment, capture, checkBalance, freshCard, paid, readPayment } from '../../checkout.ts'
import { expectAnswer, isText, type Pattern } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs } from '../../sources.ts'

const { recorded, documented, unknown } = factsOf('6')

const testCards = docs('docs/test-cards')
const triggers = docs('docs/how-to-trigger-exceptions')
const HOUR_MS = 60 * 60 * 1000

function declined(
  code: string,
  message: string | RegExp = /./,
  details?: Pattern,
): { status: number; body: Pattern } {
  const error = {
    forage_code: code,
    message,
    status_code: 400,
    ...(details === undefined ? {} : { details }),
  }
  return { status: 400, body: { ref: isText, error } }
}

const messages: Readonly<Record<string, string | RegExp>> = {
  '14': 'Invalid card number - Re-enter Transaction',
  '55': 'Invalid PIN or PIN not selected - Invalid PIN',
}

export const cardFacts: readonly Fact[] = [
  ...[16, 18, 19].map((length) =>
    documented(
      `9999-${length}`,
      testCards,
      `A card of ${length} digits from 9999 has $1000 of each benefit and accepts any PIN.`,
      async (api) => {
        const method = await addMethod(api, `${freshCard()}${freshCard().slice(-3)}`.slice(0, length))
        expectAnswer(await checkBalance(api, method, '7391'), {
          status: 200,
          body: { balance: { snap: '1000.00', non_snap: '1000.00' } },
        })
      },
      'write',
    ),
  ),
  ...['14', '54'].map((number) =>
    documented(
      `balance-${number}`,
      triggers,
      `A balance check of 55555555555555${number} fails with ebt_error_${number}.`,
      async (api) => {
        const method = await addMethod(api, `55555555555555${number}`)
        expectAnswer(await checkBalance(api, method), declined(`ebt_error_${number}`, messages[number]))
      },
      'write',
    ),
  ),
  ...['14', '43', '51', '54', '55', '56', '62'].map((number) =>
    documented(
      `capture-${number}`,
      triggers,
      `A capture of 44444444444444${number} fails with ebt_error_${number}.`,
      async (api) => {
        const method = await addMethod(api, `44444444444444${number}`)
        const ref = await addPayment(api, method)
        expectAnswer(await capture(api, method, ref), declined(`ebt_error_${number}`, messages[number]))
        expectAnswer(await readPayment(api, ref), { body: { status: 'failed', receipt: null } })
      },
      'write',
    ),
  ),
  documented(
    'capture-balance',
    triggers,
    'The balance check of a card whose capture fails succeeds.',
    async (api) => {
      expectAnswer(await checkBalance(api, await addMethod(api, '4444444444444414')), { status: 200 })
    },
    'write',
  ),
  documented(
    'no-cash',
    testCards,
    'A card from 654321 has no EBT Cash.',
    async (api) => {
      const method = await addMethod(api, '6543210000000000')
      expectAnswer(await checkBalance(api, method), { status: 200, body: { balance: { non_snap: '0.00' } } })
    },
    'write',
  ),
  recorded(
    'pin-right',
    android('MainIntegrationTest.kt'),
    'The PIN of 677777777777XXXX is its last four digits.',
    async (api) => {
      expectAnswer(await checkBalance(api, await addMethod(api, '6777777777772468'), '2468'), { status: 200 })
    },
    'write',
  ),
  recorded(
    'pin-wrong',
    android('MainIntegrationTest.kt'),
    'A PIN other than the last four digits of 677777777777XXXX is ebt_error_55.',
    async (api) => {
      const method = await addMethod(api, '6777777777771357')
      expectAnswer(await checkBalance(api, method, '0000'), declined('ebt_error_55', messages['55']))
      expectAnswer(await checkBalance(api, method, '1357'), { status: 200 })
    },
    'write',
  ),
  documented(
    'pin-lock',
    docs('docs/ebt-error-codes'),
    'Four wrong PINs lock a card for 24 hours: ebt_error_75.',
    async (api) => {
      const method = await addMethod(api, '6777777777779753')
      for (let tries = 0; tries < 4; tries += 1)
        expectAnswer(await checkBalance(api, method, '0000'), { status: 400 })
      expectAnswer(await checkBalance(api, method, '9753'), declined('ebt_error_75'))
      await api.advance(23 * HOUR_MS)
      expectAnswer(await checkBalance(api, method, '9753'), declined('ebt_error_75'))
      await api.advance(HOUR_MS)
      expectAnswer(await checkBalance(api, method, '9753'), { status: 200 })
    },
    'control',
  ),
  documented(
    'too-much',
    docs('docs/ebt-error-codes'),
    'A capture of more than the balance fails with ebt_error_51 and the balances.',
    async (api) => {
      const method = await addMethod(api)
      const ref = await addPayment(api, method, { amount: '10000.00' })
      const details = { snap_balance: '1000.00', cash_balance: '1000.00' }
      expectAnswer(await capture(api, method, ref), declined('ebt_error_51', /./, details))
      expectAnswer(await checkBalance(api, method), { body: { balance: { snap: '1000.00' } } })
    },
    'write',
  ),
  documented(
    'reset',
    testCards,
    'A balance is reset an hour after its last use.',
    async (api) => {
      const { method } = await paid(api)
      await api.advance(HOUR_MS)
      expectAnswer(await checkBalance(api, method), {
        body: { balance: { snap: '1000.00', non_snap: '1000.00' } },
      })
    },
    'control',
  ),
  documented(
    'not-reset',
    testCards,
    'A balance is not reset within an hour of its last use.',
    async (api) => {
      const { method } = await paid(api)
      await api.advance(HOUR_MS - 1000)
      expectAnswer(await checkBalance(api, method), { body: { balance: { snap: '980.00' } } })
    },
    'control',
  ),
  unknown(
    'unlisted',
    testCards,
    'The answer to a card that is not on the list is undocumented.',
    async (api) => {
      const answer = await checkBalance(api, await addMethod(api, '4012888888881881'))
      const code = /ebt_error_\d\d/.exec(answer.text)?.[0] ?? ''
      return {
        note: `${answer.status} ${code}`.trim(),
        choice: { unlistedCards: answer.status === 200 ? 'accept' : 'decline' },
      }
    },
    'write',
  ),
]
