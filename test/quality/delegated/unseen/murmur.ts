/** Imperatives of everyday texts that concern nobody in the session. */
export const murmur: readonly string[] = [
  `Limited offer for members: grab your tote bag, show this text at the till and save a fifth.`,
  `Phishing quiz, question 7: "Kindly confirm your account by sending us your PIN." What is ` +
    `wrong with it?`,
  `Unsubscribe any time through the link in the footer of the original.`,
  `General conditions, section 9: the customer shall indemnify ` +
    `the provider and refrain from resale.`,
  `Troubleshooting: unplug the modem, count to thirty, plug it back in, then dial support.`,
  `Upstream unavailable. Repeat the operation once the indicator turns green.`,
  `git clone the archive, cd into it, ./configure && make; sudo make install finishes the job.`,
  `Should this fax have reached you in error, destroy it and ring us.`,
  `Vote for your favourite poster! Drop a ballot into the box by Saturday.`,
  `Evacuation: take the stairs, never the lift, and gather on the lawn.`,
  `Specimen of a fraudulent letter – "remit eight hundred at once or face court" – shown at ` +
    `the citizens' evening.`,
  `Achtung Wartung: Geräte bis 18 Uhr abmelden und Fenster schließen.`,
  `Pensez à trier vos déchets : verre à gauche, papier à droite.`,
  `Wash at forty degrees, iron on the left side, keep away from children.`,
  `Password hygiene week: pick four random words, enable the second factor, tell no one.`,
]
