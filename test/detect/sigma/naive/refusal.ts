/** Why the interpreter cannot read a rule. */
export class NaiveRefusal extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'NaiveRefusal'
  }
}
