import { describeHydration } from './hydration-cases.tsx'

describeHydration()
