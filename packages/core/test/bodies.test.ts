import { describeBodies } from './bodies.ts'

describeBodies()
