import type { Fact } from './fact.ts'
import { callFacts } from './facts/forage-js/calls.ts'
import { elementFacts } from './facts/forage-js/elements.ts'
import { inputFacts } from './facts/forage-js/inputs.ts'
import { sheetFacts } from './facts/forage-js/payment-sheet.ts'

/** Everything that is publicly known about Forage JS. These facts need a browser. */
export const forageJsFacts: readonly Fact[] = [...elementFacts, ...inputFacts, ...sheetFacts, ...callFacts]
