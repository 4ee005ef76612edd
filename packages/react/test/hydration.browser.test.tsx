import './no-warnings.ts'
import { describeHydration } from './hydration-cases.tsx'

describeHydration()
