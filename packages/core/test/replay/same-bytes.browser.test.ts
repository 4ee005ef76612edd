import { describeBodies } from './same-bytes.ts'

describeBodies()
