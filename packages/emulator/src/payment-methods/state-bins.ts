/** The first six digits of each state's EBT cards: forage-android-sdk StateIIN.kt. North Dakota uses those of SD. */
const states: Readonly<Record<string, string>> = {
  '504476': 'LA',
  '505349': 'WY',
  '507680': 'AL',
  '507681': 'CO',
  '507682': 'RI',
  '507683': 'MO',
  '507692': 'ID',
  '507693': 'OR',
  '507695': 'AK',
  '507698': 'HI',
  '507700': 'OH',
  '507701': 'NH',
  '507702': 'TN',
  '507703': 'ME',
  '507704': 'IN',
  '507705': 'VT',
  '507706': 'AZ',
  '507707': 'DC',
  '507708': 'WI',
  '507709': 'KY',
  '507710': 'WA',
  '507711': 'MI',
  '507713': 'DE',
  '507714': 'MT',
  '507715': 'NV',
  '507716': 'NE',
  '507718': 'MS',
  '507719': 'CA',
  '507720': 'WV',
  '507721': 'VI',
  '508132': 'SD',
  '508139': 'FL',
  '508147': 'OK',
  '508148': 'GA',
  '508161': 'NC',
  '578036': 'GU',
  '586616': 'NM',
  '600486': 'NY',
  '600528': 'MD',
  '600760': 'PA',
  '600875': 'MA',
  '600890': 'CT',
  '601036': 'UT',
  '601413': 'KS',
  '601453': 'IL',
  '610093': 'AR',
  '610098': 'TX',
  '610423': 'MN',
  '610434': 'NJ',
  '610470': 'SC',
  '622044': 'VA',
  '627485': 'IA',
}

/** The lengths of card numbers, where they are not 16 digits only: forage-ios-sdk ForagePANValidations.swift. */
const lengths: Readonly<Record<string, readonly number[]>> = {
  '507703': [16, 19],
  '600486': [19],
  '600760': [19],
  '600875': [18],
  '600890': [18],
  '610098': [19],
  '627485': [19],
}

/** A state's EBT cards. */
interface StateCards {
  readonly state: string
  /** The first six digits. */
  readonly bin: string
  /** The possible numbers of digits. */
  readonly lengths: readonly number[]
}

export const stateCards: readonly StateCards[] = Object.entries(states)
  .map(([bin, state]) => ({ state, bin, lengths: lengths[bin] ?? [16] }))
  .toSorted((one, other) => (one.state < other.state ? -1 : 1))

/** "Forage blocks known BINs from restricted states (Guam, Virgin Islands)": reference/create-payment-method. */
const restricted = ['GU', 'VI']

/** Returns the state of a card, or null for the digits of no state, as the test cards from 9999 have them. */
export function stateOf(pan: string): string | null {
  return states[pan.slice(0, 6)] ?? null
}

export function isRestricted(pan: string): boolean {
  return restricted.includes(stateOf(pan) ?? '')
}
