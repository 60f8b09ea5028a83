/** How one provider writes its credentials: what they begin with and what must follow. */
export type Format = {
  name: string
  /** Beginnings, any of them; each starts with a letter or digit at the beginning of a word. */
  prefixes: string
  /** A regular expression for the rest, with the alphabets of `ALPHABETS` by name. */
  shape: string
  /** What must stand directly before; at most 64 characters are looked at. */
  before?: string
  /** Bits a character that the rest must hold at least. */
  entropyMin?: number
}

/** Alphabets that shapes name: `<hex>{32}`. */
export const ALPHABETS: Readonly<Record<string, string>> = {
  alnum: '[A-Za-z0-9]',
  any: '[A-Za-z0-9_-]',
  base32: '[A-Z2-7]',
  base64: '[A-Za-z0-9+/]',
  digit: '[0-9]',
  dotted: '[A-Za-z0-9_.=-]',
  hex: '[0-9a-f]',
  Hex: '[0-9A-Fa-f]',
  lower: '[a-z0-9]',
  upper: '[A-Z0-9]',
  uuid: '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}',
}

type Row = [
  name: string,
  prefixes: string,
  shape: string,
  options?: Omit<Format, 'name' | 'prefixes' | 'shape'>,
]

const CLOUD: readonly Row[] = [
  ['aws-access-key', 'AKIA|ASIA|ABIA|ACCA', '<base32>{16}', { entropyMin: 3 }],
  ['aws-access-key', 'A3T', '<upper><base32>{16}', { entropyMin: 3 }],
  ['aws-bedrock-key', 'ABSK', '<base64>{109,269}={0,2}'],
  ['aws-bedrock-short-key', 'bedrock-api-key-', '<base64>{40,512}={0,2}'],
  ['alibaba-access-key', 'LTAI', '<alnum>{20}'],
  ['azure-client-secret', 'Q~', '[A-Za-z0-9_~.-]{31,34}', { before: '[A-Za-z0-9_~.]{3}[0-9]' }],
  ['azure-account-key', 'AccountKey=', '<base64>{86}=='],
  ['azure-shared-access', 'SharedAccessKey=', '<base64>{43}='],
  ['cloudflare-origin-key', 'v1.0-', '<hex>{24}-<hex>{146}'],
  ['databricks-token', 'dapi|dkea|dose', '<hex>{32}(?:-<digit>)?', { entropyMin: 3 }],
  ['digitalocean-token', 'dop_v1_|doo_v1_|dor_v1_', '<hex>{64}'],
  [
    'doppler-token',
    'dp.pt.|dp.ct.|dp.sa.|dp.st.|dp.scim.|dp.audit.',
    '(?:[a-z0-9_-]{2,35}\\.)?<alnum>{40,44}',
  ],
  ['fly-token', 'fo1_', '<any>{43}', { entropyMin: 4 }],
  ['fly-macaroon', 'fm1a_|fm1r_|fm2_', '<base64>{100,1024}={0,3}', { entropyMin: 4 }],
  ['google-api-key', 'AIzaSy', '<any>{33}', { entropyMin: 3.5 }],
  ['google-oauth-secret', 'GOCSPX-', '<any>{28}'],
  ['google-oauth-token', 'ya29.', '<any>{30,512}'],
  ['google-refresh-token', '1//0', '<any>{40,160}'],
  ['heroku-key', 'HRKU-AA', '<any>{58}'],
  ['planetscale-secret', 'pscale_tkn_|pscale_oauth_|pscale_pw_|pscale_otkn_', '<dotted>{32,64}'],
  ['scalingo-token', 'tk-us-|tk-eu-', '<any>{48}'],
  ['scaleway-key', 'SCW', '[A-Z0-9]{17}', { entropyMin: 3 }],
  ['supabase-key', 'sbp_', '<hex>{40}'],
  ['supabase-secret-key', 'sb_secret_', '<any>{22}_<any>{8}'],
  ['tailscale-key', 'tskey-auth-|tskey-api-|tskey-client-', '<alnum>{8,32}-<alnum>{20,64}'],
  ['tencent-key', 'AKID', '<alnum>{32}', { entropyMin: 3.5 }],
  ['vercel-token', 'vcp_|vci_|vca_|vcr_|vck_', '<alnum>{24,64}'],
  ['yandex-key', 'AQVN', '<any>{35,38}'],
  ['yandex-token', 't1.', '<any>{20,512}={0,2}\\.<any>{86}={0,2}'],
]

const CODE: readonly Row[] = [
  ['artifactory-key', 'AKCp', '<alnum>{69}', { entropyMin: 4 }],
  ['artifactory-token', 'cmVmd', '<alnum>{59}', { entropyMin: 4 }],
  ['atlassian-token', 'ATATT3|ATCTT3', '[A-Za-z0-9_=-]{60,200}'],
  ['bitbucket-token', 'ATBB', '<alnum>{24,32}(?:<Hex>{8})?', { entropyMin: 3.5 }],
  ['buildkite-token', 'bkua_', '<hex>{40}'],
  ['circleci-token', 'CCIPAT_', '<alnum>{22}_<hex>{40}'],
  ['clojars-token', 'CLOJARS_', '<Hex>{60}'],
  ['cratesio-token', 'cio', '<alnum>{32}', { entropyMin: 4 }],
  ['docker-token', 'dckr_pat_|dckr_oat_', '<any>{27,40}'],
  ['figma-token', 'figd_|figu_', '<any>{40,64}'],
  ['github-token', 'ghp_|gho_|ghu_|ghs_|ghr_', '<alnum>{36,255}', { entropyMin: 3 }],
  ['github-fine-grained-token', 'github_pat_', '\\w{60,96}', { entropyMin: 3 }],
  ['gitlab-routable-token', 'glpat-|glrt-t', '<any>{20,300}\\.<lower>{2}\\.?<lower>{7}'],
  [
    'gitlab-token',
    'glpat-|gldt-|glrt-|glptt-|glft-|glimt-|glagent-|gloas-|glsoat-|glffct-',
    '<any>{20,64}',
  ],
  ['gitlab-job-token', 'glcbt-', '<lower>{1,5}_<any>{20}'],
  ['gitlab-session', '_gitlab_session=', '<hex>{32}'],
  ['gitlab-runner-token', 'GR1348941', '<any>{20}', { entropyMin: 3 }],
  ['infracost-token', 'ico-', '<alnum>{32}', { entropyMin: 3 }],
  ['intra42-secret', 's-s4t2ud-|s-s4t2af-', '<hex>{64}'],
  ['linear-key', 'lin_api_|lin_oauth_', '<alnum>{40,64}'],
  ['npm-token', 'npm_', '<alnum>{36}', { entropyMin: 3 }],
  ['nuget-key', 'oy2', '<lower>{43}', { entropyMin: 3.5 }],
  ['octopus-key', 'API-', '<upper>{26}', { entropyMin: 3.5 }],
  ['openshift-token', 'sha256~', '<any>{43}', { entropyMin: 3.5 }],
  ['postman-key', 'PMAK-', '<Hex>{24}-<Hex>{34}'],
  ['prefect-token', 'pnu_|pnb_', '<alnum>{36}'],
  ['pulumi-token', 'pul-', '<hex>{40}'],
  ['pypi-token', 'pypi-AgEIcHlwaS5vcmc|pypi-AgENdGVzdC5weXBpLm9yZ', '<any>{50,1000}'],
  ['readme-token', 'rdme_', '<lower>{70}'],
  ['rubygems-token', 'rubygems_', '<hex>{48}'],
  ['sonar-token', 'squ_|sqp_|sqa_', '<Hex>{40}'],
  ['sourcegraph-token', 'sgp_|slk_|sgd_', '(?:(?:<Hex>{16}|local)_)?<Hex>{40,64}'],
  ['terraform-token', 'atlasv1.', '[A-Za-z0-9_=-]{60,70}', { before: '<alnum>{14}\\.' }],
  ['vault-token', 'hvs.|hvb.|hvr.', '<any>{24,300}', { entropyMin: 3.5 }],
  ['vault-legacy-token', 's.', '(?=[A-Za-z]{0,23}[0-9])<alnum>{24}', { entropyMin: 3.5 }],
]

const MODELS: readonly Row[] = [
  ['anthropic-key', 'sk-ant-api03-|sk-ant-admin01-|sk-ant-oat01-|sk-ant-sid01-', '<any>{80,120}AA'],
  ['cerebras-key', 'csk-', '<lower>{48}'],
  ['elevenlabs-key', 'sk_', '<hex>{48}'],
  ['groq-key', 'gsk_', '<alnum>{52}'],
  ['huggingface-token', 'hf_|api_org_', '[A-Za-z]{34}|<alnum>{34,40}', { entropyMin: 3.5 }],
  ['langsmith-key', 'lsv2_pt_|lsv2_sk_', '<hex>{32}_<hex>{10}'],
  ['openai-legacy-key', 'sk-', '<alnum>{20}T3BlbkFJ<alnum>{20}'],
  ['openai-key', 'sk-proj-|sk-svcacct-|sk-admin-|sk-None-', '<any>{40,200}'],
  ['openrouter-key', 'sk-or-v1-', '<hex>{64}'],
  ['perplexity-key', 'pplx-', '<alnum>{48}', { entropyMin: 3.5 }],
  ['pinecone-key', 'pcsk_', '<alnum>{4,6}_<alnum>{60,70}'],
  ['replicate-token', 'r8_', '<any>{37}'],
  ['secret-key-of-a-model', 'sk-', '(?=[A-Za-z_-]{0,63}[0-9])<any>{32,64}', { entropyMin: 3.8 }],
  ['deepseek-key', 'sk-', '<hex>{32}', { entropyMin: 3 }],
  ['xai-key', 'xai-', '<alnum>{70,90}'],
]

const MONEY: readonly Row[] = [
  ['easypost-key', 'EZAK|EZTK', '<alnum>{54}'],
  ['duffel-token', 'duffel_test_|duffel_live_', '[A-Za-z0-9_=-]{43}'],
  ['flutterwave-key', 'FLWSECK_TEST-|FLWSECK-|FLWPUBK_TEST-', '[A-Ha-h0-9]{12,32}(?:-X)?'],
  ['gocardless-token', 'live_', '[A-Za-z0-9_=-]{40}', { entropyMin: 4 }],
  ['lob-key', 'live_|test_', '(?:pub_)?<hex>{31,35}', { entropyMin: 3 }],
  ['paypal-braintree-token', 'access_token$', '(?:production|sandbox)\\$<lower>{16}\\$<hex>{32}'],
  ['plaid-token', 'access-sandbox-|access-development-|access-production-', '<uuid>'],
  ['razorpay-key', 'rzp_live_|rzp_test_', '<alnum>{14}', { entropyMin: 3 }],
  ['shippo-token', 'shippo_live_|shippo_test_', '<Hex>{40}'],
  ['shopify-token', 'shpat_|shpca_|shppa_|shpss_|shptka_', '<Hex>{32}'],
  ['square-token', 'EAAA|sq0atp-|sq0csp-', '<any>{22,60}', { entropyMin: 3 }],
  [
    'stripe-key',
    'sk_live_|sk_test_|sk_prod_|rk_live_|rk_test_|rk_prod_',
    '<alnum>{10,247}',
    { entropyMin: 3 },
  ],
  ['stripe-webhook-secret', 'whsec_', '<base64>{32,64}={0,2}'],
]

const PEOPLE: readonly Row[] = [
  ['1password-account-token', 'ops_eyJ', '<base64>{200,4096}={0,3}'],
  [
    '1password-secret-key',
    'A3-',
    '<upper>{6}-(?:<upper>{11}|<upper>{6}-<upper>{5})(?:-<upper>{5}){3}',
    { entropyMin: 3.5 },
  ],
  ['airtable-token', 'pat', '<alnum>{14}\\.<hex>{64}'],
  ['asana-token', '1/|2/', '<digit>{16}(?:/<digit>{16})?:<hex>{32}'],
  [
    'authress-key',
    'sc_|ext_|scauth_|authress_',
    '<alnum>{5,30}\\.<alnum>{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[A-Za-z0-9+/_=-]{30,120}',
  ],
  ['contentful-token', 'CFPAT-', '<any>{43}'],
  [
    'discord-bot-token',
    'M|N|O',
    '(?=[A-Za-z]{0,20}[0-9])<alnum>{23,25}\\.<any>{6}\\.<any>{27,38}',
    { entropyMin: 4 },
  ],
  ['discord-webhook', 'discord.com/api/webhooks/', '<digit>{17,20}/<any>{60,72}'],
  ['discord-webhook', 'discordapp.com/api/webhooks/', '<digit>{17,20}/<any>{60,72}'],
  ['facebook-token', 'EAAM|EAAC|EAAG|EAAB|EAAJ', '<alnum>{100,512}', { entropyMin: 4 }],
  ['facebook-app-token', '|', '<any>{27,40}', { before: '<digit>{15,16}' }],
  ['frameio-token', 'fio-u-', '[A-Za-z0-9_=-]{64}'],
  ['hubspot-token', 'pat-na1-|pat-eu1-|pat-na2-', '<uuid>'],
  ['mailchimp-key', 'us', '<digit>{1,2}', { before: '<hex>{32}-', entropyMin: 0 }],
  ['mailgun-key', 'key-|pubkey-', '<hex>{32}', { entropyMin: 3 }],
  ['mapbox-token', 'pk.|sk.', 'eyJ<alnum>{50,100}\\.<any>{22}'],
  ['notion-token', 'ntn_', '<digit>{11}<alnum>{35}'],
  ['notion-legacy-token', 'secret_', '<alnum>{43}', { entropyMin: 4 }],
  ['sendgrid-key', 'SG.', '<any>{16,32}\\.<any>{30,64}'],
  ['sendgrid-key', 'SG.', '[A-Za-z0-9_=.-]{66}', { entropyMin: 3.5 }],
  ['sendinblue-key', 'xkeysib-|xsmtpsib-', '<hex>{64}-<alnum>{16}'],
  ['slack-app-token', 'xapp-', '<digit>-<upper>{6,16}-<digit>{8,16}-<Hex>{32,80}'],
  ['slack-bot-token', 'xoxb-', '<digit>{8,14}-(?:<digit>{8,14}-)?<alnum>{18,40}'],
  ['slack-user-token', 'xoxp-|xoxe-', '(?:<digit>{8,14}-){3}<alnum>{28,40}'],
  ['slack-legacy-token', 'xoxs-|xoxo-', '<digit>{8,14}(?:-<digit>{8,14}){2}-<Hex>{8,80}'],
  ['slack-workspace-token', 'xoxa-|xoxr-', '(?:<digit>-)?[A-Za-z0-9-]{20,96}', { entropyMin: 2 }],
  ['slack-client-token', 'xoxc-|xoxd-', '[A-Za-z0-9%-]{40,300}'],
  ['slack-refresh-token', 'xoxe-', '<digit>-<alnum>{100,200}'],
  ['slack-configuration-token', 'xoxe.xoxp-|xoxe.xoxb-', '<digit>-<alnum>{100,200}'],
  [
    'slack-webhook',
    'hooks.slack.com/services/|hooks.slack.com/workflows/|hooks.slack.com/triggers/',
    '[A-Za-z0-9+/]{40,60}',
    { entropyMin: 3 },
  ],
  [
    'teams-webhook',
    'webhook.office.com/webhookb2/',
    '<uuid>@<uuid>/IncomingWebhook/<Hex>{32}/<uuid>',
  ],
  ['telegram-bot-token', 'AA', '<any>{33}', { before: '(?:bot)?<digit>{7,12}:' }],
  ['twilio-key', 'SK', '<Hex>{32}', { entropyMin: 3 }],
  ['typeform-token', 'tfp_', '<dotted>{44,60}'],
  ['zapier-webhook', 'hooks.zapier.com/hooks/catch/', '<digit>{5,9}/<lower>{6,8}'],
]

const WATCHING: readonly Row[] = [
  ['adobe-secret', 'p8e-', '<alnum>{32}'],
  ['age-key', 'AGE-SECRET-KEY-1', '[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'],
  ['beamer-token', 'b_', '[a-z0-9_=-]{44}', { entropyMin: 3.5 }],
  ['clickhouse-key', '4b1d', '<alnum>{38}', { entropyMin: 3.5 }],
  ['defined-networking-token', 'dnkey-', '[a-z0-9_=-]{26}-[a-z0-9_=-]{52}'],
  ['dynatrace-token', 'dt0c01.|dt0s01.|dt0s16.', '<alnum>{24}\\.<alnum>{64}'],
  ['grafana-account-token', 'glsa_', '<alnum>{32}_<Hex>{8}'],
  ['grafana-cloud-token', 'glc_', '<base64>{32,400}={0,3}', { entropyMin: 3.5 }],
  ['grafana-key', 'eyJrIjoi', '<alnum>{70,400}={0,3}'],
  ['harness-token', 'pat.|sat.', '<alnum>{22}\\.<alnum>{24}\\.<alnum>{20}'],
  ['launchdarkly-key', 'sdk-|mob-|api-', '<hex>{8}(?:-<hex>{4}){3}-<hex>{12}'],
  ['new-relic-key', 'NRAK-|NRII-|NRJS-|NRRA-|NRAA-|NRBR-', '[A-Za-z0-9-]{19,42}'],
  ['new-relic-license', 'eu01xx', '<hex>{34}'],
  ['posthog-key', 'phx_|phs_', '<alnum>{40,50}'],
  ['pagerduty-key', 'u+', '<any>{18}', { entropyMin: 3.5 }],
  [
    'sentry-organization-token',
    'sntrys_eyJ',
    '<base64>{30,400}={0,2}_<base64>{43}',
    { entropyMin: 4 },
  ],
  ['sentry-user-token', 'sntryu_', '<hex>{64}'],
  ['settlemint-token', 'sm_aat_|sm_pat_|sm_sat_', '<alnum>{16}', { entropyMin: 3 }],
]

/** Every credential format that is known by how it begins. */
export const FORMATS: readonly Format[] = [
  ...CLOUD,
  ...CODE,
  ...MODELS,
  ...MONEY,
  ...PEOPLE,
  ...WATCHING,
].map(([name, prefixes, shape, options]) => ({ name, prefixes, shape, ...options }))
