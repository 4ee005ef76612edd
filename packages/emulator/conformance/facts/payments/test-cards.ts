import { textField, type Api } from '../../api.ts'
import { addMethod, addPayment, capture, checkBalance, freshCard, paid, readPayment } from '../../checkout.ts'
import { expectAnswer, isText, type Pattern } from '../../expect.ts'
import { factsOf, type Fact } from '../../fact.ts'
import { android, docs } from '../../sources.ts'
import { decimal } from './patterns.ts'

const { recorded, documented, unknown } = factsOf('6')

/** Error numbers of the current page, and others, which only the archived page allows. */
const balanceNumbers = ['14', '54', '96', '99']
const captureNumbers = ['14', '43', '51', '54', '55', '56', '62', '61', '91', '99']

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
    status_code: code === 'ebt_error_91' ? 504 : 400,
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
  ...balanceNumbers.map((number) =>
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
  ...captureNumbers.map((number) =>
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
  ...[['4333333333333303', 'ebt_error_54'] as const, ['4333333333333304', undefined] as const].map(
    ([pan, code]) =>
      documented(
        `payment-${pan.slice(-2)}`,
        triggers,
        `Every payment of ${pan} fails.`,
        async (api) => {
          const method = await addMethod(api, pan)
          const ref = await addPayment(api, method)
          expectAnswer(await capture(api, method, ref), {
            status: 400,
            body: { error: { forage_code: code ?? /^ebt_error_\d\d$/ } },
          })
          expectAnswer(await readPayment(api, ref), { body: { status: 'failed' } })
        },
        'write',
      ),
  ),
  documented(
    'capture-51-details',
    docs('reference/forage-js-errors'),
    'The ebt_error_51 of 4444444444444451 has both balances in its details.',
    async (api) => {
      const method = await addMethod(api, '4444444444444451')
      const answer = await capture(api, method, await addPayment(api, method))
      expectAnswer(answer, declined('ebt_error_51', /./, { snap_balance: decimal, cash_balance: decimal }))
    },
    'write',
  ),
  documented(
    'benefits-33',
    triggers,
    'The benefits of 33333333333333XX pay, whatever its last two digits.',
    async (api) => {
      const method = await addMethod(api, '3333333333333301')
      expectAnswer(await capture(api, method, await addPayment(api, method)), { status: 200 })
    },
    'write',
  ),
  documented(
    'unlisted',
    `${triggers}, ${android('README.md')}`,
    'A card on no list is accepted.',
    async (api) => {
      expectAnswer(await checkBalance(api, await addMethod(api, '5076801234567845')), {
        status: 200,
        body: { balance: { snap: decimal, non_snap: decimal } },
      })
    },
    'write',
  ),
  unknown(
    'pages',
    `${testCards}, ${triggers}`,
    'The current page of test cards differs from the archived one: in the error numbers, and in the refunds of …3311.',
    async (api) => {
      const balance = await checkBalance(api, await addMethod(api, '5555555555555596'))
      if (balance.status === 200) return { note: 'as the current page', choice: { testCardPage: 'current' } }
      const status = await refundOfCashCard(api)
      const testCardPage = status === 'failed' ? 'archived' : 'both'
      return {
        note: `any error number; a refund of EBT SNAP to …3311 has ${status}`,
        choice: { testCardPage },
      }
    },
    'write',
  ),
]

/** Returns the status of a refund of EBT SNAP to the card whose refunds of EBT Cash fail. */
async function refundOfCashCard(api: Api): Promise<string> {
  const { ref } = await paid(api, {}, '4333333333333311')
  const body = { amount: '5.00', reason: 'Returned', metadata: {} }
  const headers = { 'Idempotency-Key': api.unique(), 'API-Version': '2024-01-08' }
  const token = await api.authenticationToken()
  return textField(
    await api.send('POST', `/api/payments/${ref}/refunds/`, { token, body, headers }),
    'status',
  )
}
