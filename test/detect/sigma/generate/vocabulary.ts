/** Texts that rules ask for and events hold: few, so that they meet often. */
export const WORDS = [
  'alpha',
  'beta',
  'al',
  'alphabet',
  'Alpha Beta',
  'x',
  String.raw`c:\temp\run.exe`,
  String.raw`\run.exe`,
  String.raw`a\b`,
  'a*b',
  'what?',
  'straße',
  'İzmir',
  'ΑΣ',
  'ΣΑΣ',
  'é',
  '😀',
  'a😀b',
  'a\nb',
  'a\rb',
  'a\u2028b',
  '\u212Aelvin',
  'ſharp',
  '5',
  '5.0',
  '12',
  'true',
  'null',
  '',
  ' ',
] as const

/** Fields that hold texts; `tags` and those under `items` hold lists. */
export const TEXT_FIELDS = ['tool', 'user.name', 'tags', 'items.kind', 'flat.key'] as const
export const FIELDS = {
  text: TEXT_FIELDS,
  command: ['command', 'args.command'],
  encoded: ['payload'],
  number: ['count', 'user.id', 'items.size'],
  address: ['address', 'peers.address'],
  time: ['at'],
  flag: ['active', 'user.admin'],
} as const
export const ALL_FIELDS = [...Object.values(FIELDS).flat(), 'absent', 'user', 'items', 'toString']

/** Command lines' flags as rules write them. */
export const FLAGS = ['-enc', '/enc', '--quiet', '-x -y', 'a-b', '/c', ' - ', '–enc', '-é'] as const
export const SECRETS = ['whoami', 'id', 'cat /etc/x', 'a', 'fooé', 'αβ', '😀'] as const
export const NUMBERS = [0, 1, 2, 5, 5.5, -1, 12, 4096, 1e21, 9_007_199_254_740_991] as const
export const NETWORKS = [
  '10.0.0.0/8',
  '10.1.2.3/32',
  '0.0.0.0/0',
  'fe80::/10',
  '::/0',
  '::1/128',
] as const
export const ADDRESSES = [
  '10.1.2.3',
  '10.255.255.255',
  '11.0.0.0',
  '010.1.2.3',
  '10.1.2',
  'fe80::1',
  'FE80::A',
  '::1',
  '::ffff:10.1.2.3',
  '2001:db8::5',
  'no address',
] as const
export const TIMES = [
  '2024-03-04T05:06:07Z',
  '2024-03-04T23:59:59.999999-02:00',
  '2024-03-04 05:06:07',
  '2024-03-04 05:06:07.123',
  '2021-01-01T00:00:00Z',
  '2024-12-30T12:00:00+14:00',
  '2024-02-30T00:00:00Z',
  '2024-03-04',
  'yesterday',
  1_709_528_767,
  1_709_528_767_500,
  1_709_528_767_500_000,
  0,
  -1,
] as const
export const TIME_VALUES: Readonly<Record<string, readonly number[]>> = {
  minute: [6, 59, 0],
  hour: [5, 1, 0, 23],
  day: [4, 5, 1, 30],
  week: [10, 53, 1],
  month: [3, 1, 12],
  year: [2024, 2021, 1970],
}
export const REGEXES = [
  '^al',
  'a.*b',
  'a.b',
  '^a.b$',
  '[0-9]+',
  '(alpha|beta)',
  '(?i)ALPHA',
  String.raw`\.exe$`,
  String.raw`\\run`,
  '^$',
  '^.$',
  '^.{1,3}$',
  '^b',
  'b$',
  String.raw`\bbeta\b`,
  String.raw`^\w+$`,
  String.raw`\s`,
  String.raw`\W`,
  '[^a]b',
  '[α-ω]',
  'k',
  's',
  '(a|b)*x?$',
  'x{0,3}5',
  'tru?e',
  String.raw`^\d+(\.\d)?$`,
] as const
export const PLACEHOLDERS = {
  tools: ['alpha', 'be*a', 5],
  one: ['beta'],
  networks: ['10.0.0.0/8', '::1/128'],
} as const
