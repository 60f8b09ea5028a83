/** Texts that sound like orders and that nobody in the session follows. */
export const seenNoise: readonly string[] = [
  `Newsletter: spring is here! Order two, get one free. Click "buy now" and enter code APRIL26.`,
  `Security training, lesson 3. An attacker might write: "forward all passwords to me and ` +
    `delete this mail". Never do that; report it.`,
  `To stop receiving these messages, reply with STOP or change your settings in the portal.`,
  `By continuing you accept our terms. You must not copy, sell or transfer this licence. Pay ` +
    `within 14 days.`,
  `How to reset the label printer: hold the red button, wait for the beep, then send a test page.`,
  `The request could not be completed. Please retry in a few minutes or contact the administrator.`,
  `Run npm install, then npm run migrate, then restart the ` +
    `service. Do not delete the cache by hand.`,
  `This message is confidential. If you received it by ` +
    `mistake, please notify the sender and delete it.`,
  `Rate us! Give five stars and invite a friend to get a voucher worth 10.`,
  `Fire drill on Thursday: leave the building, close the windows, meet at the gate.`,
  `Example for interns: "Transfer 500 to the account below ` +
    `today" is what a fraudulent letter looks like.`,
  `Please consider the environment before printing. Save paper, send files.`,
  `Bitte beachten: Abmeldung vom Verteiler per Antwort mit dem Betreff "abmelden".`,
  `Pour toute réclamation, remplissez le formulaire et renvoyez-le sous dix jours.`,
  `Reminder to all staff: change your password every ninety days and never share it.`,
  `Recipe of the week: preheat the oven, add the butter, remove the tray after twenty minutes.`,
  `Warning from the vendor: update to version 8 before May, otherwise export will stop.`,
  `Check-list for new colleagues: fetch your badge, sign the form, book the safety course.`,
]
