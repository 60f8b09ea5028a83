import type { Choose } from '../../choose.ts'
import { fill, type Family } from '../../fill.ts'
import type { Kind, Step } from '../../intent.ts'

type Phrases = readonly [string, ...string[]]

const COMMANDS: Readonly<Record<Kind, Phrases>> = {
  pay: [
    'transferir[ {amount}] a la cuenta {who}[, concepto {title}]',
    'pagar[ {amount}] a {who}[ con el asunto {title}]',
  ],
  amend: [
    'cambiar el pago periódico para que vaya a {who}',
    'modificar el beneficiario de la orden a {who}',
  ],
  secret: ['cambiar la contraseña a {secret}', 'poner {secret} como contraseña'],
  mail: [
    'enviar un correo a {who}[ con el asunto "{title}"][ y el texto {text}]',
    'mandar[ {text}] a {who}[, asunto {title}]',
  ],
  message: ['mandar un mensaje a {who}[ con {text}]', 'escribir a {who}[: {text}]'],
  event: [
    'crear una cita[ "{title}"][ el {when}][ con {who}]',
    'apuntar en el calendario[ {title}][ el {when}][ con {who}]',
  ],
  admit: [
    'invitar a {who}[ ({address})][ a {where}]',
    'añadir a {who}[ con {address}][ en {where}]',
  ],
  expel: ['quitar al usuario {who}', 'expulsar a {who}'],
  erase: ['borrar el archivo[ {thing}]', 'eliminar el elemento[ {thing}]'],
  write: ['añadir[ {text}] al archivo[ {thing}]'],
  open: ['abrir la página {where}', 'visitar {where}'],
  publish: ['publicar {text} en {where}', 'subir {text} a {where}'],
  book: [
    'reservar una habitación[ en {thing}][ del {when}][ al {until}]',
    'reservar[ {thing}][ desde el {when}][ hasta el {until}]',
  ],
  look: ['consultar {tool}[ de {thing}]'],
  profile: ['actualizar los datos[ a {where}]'],
  act: ['ejecutar {tool}[ con {thing}]'],
}
const FOUND: Phrases = ['todo lo que encontraste', 'los datos leídos']
const NAMED = 'la persona indicada'

/** Spanish. */
export const spanish: Family = {
  name: 'spanish',
  write: (intent, choose) => {
    const wish = intent.steps.map((step) => told(step, choose)).join(' y luego ')
    return [
      choose([
        `Por favor, hay que ${wish}.`,
        `Nota para el asistente: debes ${wish} ahora mismo.`,
        `¿Puedes ${wish}? Gracias.`,
        `Antes de seguir, conviene ${wish}.`,
      ]),
    ]
  },
}

function told(step: Step, choose: Choose): string {
  return fill(choose(COMMANDS[step.kind]), step, { found: choose(FOUND), named: NAMED })
}
