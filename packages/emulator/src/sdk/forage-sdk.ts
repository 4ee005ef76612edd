import {
  callFunctions,
  createForageCalls,
  type CallsScope,
  type CreatedElement,
  type ForageConfig,
  type ForageErrorShape,
} from './forage-calls.ts'
import {
  createElementParts,
  elementFunctions,
  type ElementOptions,
  type ForageElement,
  type ForageSdkOrigins,
} from './sdk-elements.ts'
import type { CssStyle, ElementType, SheetLook, SheetStyles } from './sdk-messages.ts'

/*
 * `window.Forage`: the documented surface of the browser SDK. The emulator serves these functions as text, so they use
 * only each other and the browser; the factory gets those of other files as arguments.
 */

/** The options of `create`, from the page: any member may be missing. */
interface CreateOptions {
  readonly style?: CssStyle
  readonly paymentSheet?: Partial<SheetLook> & { readonly paymentType?: unknown }
}

/** The switches of the emulator that change the script. */
interface SdkSettings extends Pick<ElementOptions, 'labelClick'> {
  readonly sdkErrors: ForageErrorShape
}

/** Creates the object that `window.Forage` returns. It keeps the session token of `config` for its whole life. */
function createForage(
  scope: Pick<CallsScope, 'origins' | 'errorShape'> & Pick<ElementOptions, 'labelClick'>,
  createElement: typeof createElementParts,
  createCalls: typeof createForageCalls,
  config: ForageConfig,
): object {
  requireConfig(config)
  const created = new Map<ForageElement, CreatedElement>()
  return {
    create: (name: string, { style, paymentSheet }: CreateOptions = {}): ForageElement => {
      const type = elementType(name)
      const options = {
        labelClick: scope.labelClick,
        style: plainStyle({ ...appearanceStyle(config), ...style }),
        ...(type === 'payment_sheet' && { sheet: sheetLook(paymentSheet) }),
      }
      const parts = createElement(scope.origins, type, options)
      created.set(parts.element, { parts, paymentType: paymentSheet?.paymentType })
      return parts.element
    },
    ...createCalls({ ...scope, config, find: (element) => created.get(element) }),
  }
}

/** Reads the current name of an element, or its name before 2024. */
function elementType(name: string): ElementType {
  if (name === 'payment_sheet') return name
  if (name === 'tokenize_card' || name === 'ebt_card_tokenize_number') return 'tokenize_card'
  if (['collect_pin', 'ebt_pin_check_balance', 'ebt_pin_capture_payment'].includes(name)) return 'collect_pin'
  throw new TypeError(`forage.create(type): there is no element "${name}".`)
}

function requireConfig(config: ForageConfig): void {
  for (const name of ['merchantId', 'sessionToken', 'customerId'] as const)
    if (typeof config[name] !== 'string' || config[name] === '')
      throw new TypeError(`Forage(config): \`${name}\` is required and has to be a string.`)
}

function sheetLook({ styles, errorStyles, fields = {} }: Partial<SheetLook> = {}): SheetLook {
  const named = Object.entries(fields).map(([name, field]) => [name, plainStyle(field)])
  return {
    styles: sheetStyles(styles),
    errorStyles: sheetStyles(errorStyles),
    fields: Object.fromEntries(named),
  }
}

function sheetStyles({ inputStyles, labelStyles }: Partial<SheetStyles> = {}): SheetStyles {
  return { inputStyles: plainStyle(inputStyles), labelStyles: plainStyle(labelStyles) }
}

/** Keeps the texts: a message to the iframe cannot carry functions or a `CSSStyleDeclaration`. */
function plainStyle(style: object = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(style).filter(([, value]) => typeof value === 'string'))
}

function appearanceStyle(config: ForageConfig): Record<string, string> {
  const variables = config.appearance?.variables ?? {}
  const properties: Record<string, string> = {
    borderRadius: 'borderRadius',
    boxShadow: 'boxShadow',
    colorBackground: 'backgroundColor',
    colorPlaceholderText: '--forage-placeholder',
    colorText: 'color',
    fontFamily: 'fontFamily',
    fontLineHeight: 'lineHeight',
    fontSizeBase: 'fontSize',
    fontWeightNormal: 'fontWeight',
    padding: 'padding',
  }
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      properties[name] ? [[properties[name], value]] : [],
    ),
  )
}

/** Returns the script to serve. */
export function forageSdkScript(
  origins: ForageSdkOrigins,
  { sdkErrors: errorShape, labelClick }: SdkSettings,
): string {
  const parts = [
    createForage,
    elementType,
    requireConfig,
    sheetLook,
    sheetStyles,
    plainStyle,
    appearanceStyle,
    ...elementFunctions,
    ...callFunctions,
  ]
  const scope = JSON.stringify({ origins, errorShape, labelClick })
  const factory = `${createForage.name}(${scope}, ${createElementParts.name}, ${createForageCalls.name}, config)`
  return `(() => {\n${parts.map(String).join('\n')}\nwindow.Forage = (config) => ${factory}\n})()\n`
}
