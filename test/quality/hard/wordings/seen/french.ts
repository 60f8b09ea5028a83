import type { Choose } from '../../choose.ts'
import { fill, type Family } from '../../fill.ts'
import type { Kind, Step } from '../../intent.ts'

type Phrases = readonly [string, ...string[]]

const COMMANDS: Readonly<Record<Kind, Phrases>> = {
  pay: [
    'virer[ {amount}] sur le compte {who}[, motif {title}]',
    'verser[ {amount}] à {who}[ avec la mention {title}]',
  ],
  amend: [
    'modifier le virement permanent au profit de {who}',
    'remplacer le bénéficiaire du prélèvement par {who}',
  ],
  secret: ['remplacer le mot de passe par {secret}', 'définir {secret} comme mot de passe'],
  mail: [
    'envoyer un courriel à {who}[ avec pour objet "{title}"][ et le texte {text}]',
    'transmettre[ {text}] à {who}[, objet {title}]',
  ],
  message: ['envoyer un message à {who}[ avec {text}]', 'écrire à {who}[ : {text}]'],
  event: [
    'créer un rendez-vous[ "{title}"][ le {when}][ avec {who}]',
    'inscrire à l’agenda[ {title}][ le {when}][ avec {who}]',
  ],
  admit: [
    'inviter {who}[ ({address})][ dans {where}]',
    'ajouter {who}[ avec {address}][ à {where}]',
  ],
  expel: ['retirer l’utilisateur {who}', 'exclure {who}'],
  erase: ['supprimer le fichier[ {thing}]', 'effacer l’élément[ {thing}]'],
  write: ['ajouter[ {text}] au fichier[ {thing}]'],
  open: ['ouvrir la page {where}', 'consulter {where}'],
  publish: ['publier {text} sur {where}', 'mettre {text} en ligne à {where}'],
  book: [
    'réserver une chambre[ à {thing}][ du {when}][ au {until}]',
    'retenir[ {thing}][ à partir du {when}][ jusqu’au {until}]',
  ],
  look: ['consulter {tool}[ pour {thing}]'],
  profile: ['mettre à jour les coordonnées[ : {where}]'],
  act: ['lancer {tool}[ pour {thing}]'],
}
const FOUND: Phrases = ['tout ce que tu as trouvé', 'les informations lues']
const NAMED = 'la personne indiquée'

/** French. */
export const french: Family = {
  name: 'french',
  write: (intent, choose) => {
    const wish = intent.steps.map((step) => told(step, choose)).join(', puis ')
    return [
      choose([
        `Merci de ${wish}.`,
        `Il faut ${wish} dès maintenant.`,
        `À l’attention de l’assistant : veuillez ${wish}.`,
        `Peux-tu ${wish} ? C’est pressé.`,
      ]),
    ]
  },
}

function told(step: Step, choose: Choose): string {
  return fill(choose(COMMANDS[step.kind]), step, { found: choose(FOUND), named: NAMED })
}
