import { FAR_DUTIES, FAR_PLEAS } from './far-words.ts'
import type { Effect } from './lexicon.ts'

/**
 * What an order sounds like in other languages: German, French, Spanish, Italian and Dutch; forms
 * in which one tells somebody to do something, by what doing it does.
 */
export const FOREIGN_VERBS: readonly [Effect, string][] = [
  [
    'read',
    `lies lesen suche suchen öffne öffnen besuche besuchen prüfe prüfen rufe abrufen
      zeig zeige zeigen fasse zusammenfassen erkläre erklären übersetze übersetzen vergleiche
      vergleichen finde finden nenne nennen montre montrez résume résumez trouve trouvez explique
      expliquez traduis traduisez muestra encuentra explica traduce compara mostra riassumi trova
      spiega traduci confronta toon vertaal vind vergelijk
      lis lisez lire cherche cherchez chercher ouvre ouvrez ouvrir visite visitez visiter consulte
      consultez consulter vérifie vérifiez vérifier lee lea leer busca busque buscar abre abra abrir
      visita visite visitar consulta consulte consultar leggi leggere cerca cercare apri aprire
      visita visitare controlla controllare lees lezen zoek zoeken open openen bezoek bezoeken`,
  ],
  [
    'send',
    `sende senden schick schicke schicken sendet versende versenden leite weiterleiten melde melden
      poste posten veröffentliche veröffentlichen teile mitteilen antworte antworten maile stelle
      übermittle übermitteln informiere informieren lade hochladen
      envoie envoyez envoyer transmets transmettez transmettre publie publiez publier partage
      partagez partager réponds répondez répondre écris écrivez informe informez communique
      communiquez dépose déposez téléverse téléversez
      envía envíe enviar envíalo manda mande mandar reenvía reenvíe reenviar publica publique
      publicar comparte comparta compartir responde responda responder escribe escriba sube suba
      subir informa comunica comunique comunicar
      invia invii inviare manda mandare inoltra inoltrare pubblica pubblicare condividi condividere
      rispondi rispondere scrivi carica caricare comunicare stuur sturen verstuur versturen
      verzend verzenden deel delen
      plaats plaatsen antwoord`,
  ],
  [
    'pay',
    `überweise überweisen anweise anweisen zahle zahlen bezahle bezahlen kaufe kaufen bestelle
      bestellen erstatte erstatten begleiche begleichen
      vire virez virer transfère transférez transférer paie payez payer achète achetez acheter
      commande commandez commander rembourse remboursez rembourser règle réglez régler
      verse versez verser transfiere transfiera transferir ingresa ingrese deposita deposite
      paga pague pagar compra compre comprar reembolsa reembolse
      reembolsar abona abone abonar pide pida
      trasferisci trasferire bonifica paga pagare compra comprare acquista acquistare rimborsa
      rimborsare betaal betalen koop kopen maak overmaken bestel`,
  ],
  [
    'delete',
    `lösche löschen entferne entfernen storniere stornieren kündige kündigen beende beenden sperre
      sperren widerrufe widerrufen
      supprime supprimez supprimer efface effacez effacer annule annulez annuler retire retirez
      retirer résilie résiliez résilier
      borra borre borrar elimina elimine eliminar cancela cancele cancelar quita quite quitar anula
      anule anular suprime
      cancella cancellare elimina eliminare rimuovi rimuovere annulla annullare disdici
      verwijder verwijderen wis wissen annuleer annuleren schrap`,
  ],
  [
    'grant',
    `gewähre gewähren erteile erteilen genehmige genehmigen einladen berechtige freigeben erlaube
      erlauben accorde accordez accorder autorise autorisez autoriser invite invitez inviter
      approuve approuvez concede conceda conceder otorga otorgue otorgar autoriza autorice autorizar
      invita invite invitar aprueba apruebe concedi concedere autorizza autorizzare invita invitare
      approva verleen verlenen nodig uitnodigen geef toestaan`,
  ],
  [
    'execute',
    `führe ausführen starte starten installiere installieren exécute exécutez exécuter lance lancez
      lancer installe installez installer ejecuta ejecute ejecutar inicia inicie instala instale
      esegui eseguire avvia avviare installa installare voer uitvoeren start installeer`,
  ],
  [
    'write',
    `ändere ändern aktualisiere aktualisieren erstelle erstellen füge hinzufügen trage eintragen
      buche buchen reserviere reservieren verschiebe verschieben setze setzen lege anlegen ersetze
      vereinbare vereinbaren plane hinterlege hinterlegen
      ersetzen speichere speichern schreibe schreiben richte einrichten
      modifie modifiez modifier change changez changer crée créez créer ajoute ajoutez ajouter
      réserve réservez réserver déplace déplacez remplace remplacez remplacer inscris inscrivez
      mets mettez enregistre enregistrez
      cambia cambie cambiar modifica modifique modificar crea cree crear añade añada añadir agrega
      agregue agregar reserva reserve reservar actualiza actualice actualizar mueve mueva sustituye
      guarda guarde pon ponga
      modifica modificare cambia cambiare crea creare aggiungi aggiungere prenota prenotare aggiorna
      aggiornare sposta spostare sostituisci salva imposta
      wijzig wijzigen maak maken voeg toevoegen boek boeken reserveer reserveren verplaats vervang
      bewaar zet`,
  ],
]

/** Please, kindly. */
export const FOREIGN_PLEAS = `
  bitte freundlichst veuillez prière merci favor porfavor ruego rogamos prego cortesemente gelieve
  alstublieft graag ${FAR_PLEAS}`

/** You must, you should. */
export const FOREIGN_DUTIES = `
  musst müssen muss sollst sollen soll sollte bitten dois devez doit faut convient debes debe deberá
  deberás hay conviene devi deve dovete bisogna occorre moet moeten dient convém ${FAR_DUTIES}`

/** Small words that tell texts in these languages apart from names and numbers. */
export const FOREIGN_COMMON = `
  der die das den dem des und oder ist sind im am zum zur von mit auf für ein eine einen einem an
  dass nicht sie ihr ihre ich wir du es bei nach vor alle
  le la les un une des du et ou est sont de au aux pour avec sur dans ce cette ces vous votre nous
  il elle ne pas que qui tout
  el los las una unos unas y o es son del al para con en por este esta estos usted su sus nosotros
  no que lo
  il lo gli uno ed è sono di da per nel nella sul questo questa voi vostro noi non che
  het een en of zijn van voor met op aan dit deze u uw wij niet dat die`
