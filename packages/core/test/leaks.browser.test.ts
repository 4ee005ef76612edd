import { describeLeaks } from './leaks.ts'

describeLeaks()
