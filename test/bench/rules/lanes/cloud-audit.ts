import type { Random } from '../random.ts'
import type { Lane, LaneRecord } from './lane.ts'
import { isoTime } from './lane.ts'

/** A call to a cloud's control plane: who answers it, its name, whether it only reads. */
type Call = { source: string; name: string; isReading: boolean }

const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-south-1'] as const
const ACCOUNTS_COUNT = 24

const calls = (source: string, isReading: boolean, names: string): Call[] =>
  names.split(' ').map((name) => ({ source: `${source}.amazonaws.com`, name, isReading }))

const DAILY_CALLS: readonly Call[] = [
  ...calls('sts', true, 'AssumeRole GetCallerIdentity'),
  ...calls('s3', true, 'GetObject ListObjectsV2 HeadBucket GetBucketLocation'),
  ...calls('kms', true, 'Decrypt GenerateDataKey DescribeKey'),
  ...calls('ec2', true, 'DescribeInstances DescribeVolumes DescribeTags DescribeSubnets'),
  ...calls('logs', false, 'CreateLogStream PutRetentionPolicy'),
  ...calls('lambda', true, 'GetFunction20150331v2 ListTags20170331 ListVersionsByFunction20150331'),
  ...calls('dynamodb', true, 'DescribeTable ListTables'),
  ...calls('ecs', false, 'RunTask StopTask UpdateService'),
  ...calls('s3', false, 'PutObject DeleteObject CopyObject'),
  ...calls('sqs', true, 'GetQueueAttributes ListQueues'),
]
const RARE_CALLS: readonly Call[] = [
  ...calls('iam', false, 'CreateUser CreateAccessKey AttachUserPolicy UpdateLoginProfile'),
  ...calls('cloudtrail', false, 'StopLogging DeleteTrail UpdateTrail'),
  ...calls('ec2', false, 'CreateSnapshot ModifySnapshotAttribute AuthorizeSecurityGroupIngress'),
  ...calls('signin', false, 'ConsoleLogin'),
  ...calls('guardduty', false, 'CreateIPSet DeleteDetector'),
  ...calls('s3', false, 'PutBucketPolicy PutBucketPublicAccessBlock DeleteBucket'),
]
const AGENTS = [
  (r: Random) =>
    `aws-sdk-go-v2/1.${r.whole(20, 36)}.${r.whole(0, 9)} os/linux lang/` +
    `go#1.${r.whole(20, 24)}.${r.whole(0, 9)} md/GOARCH#amd64`,
  (r: Random) =>
    `Boto3/1.${r.whole(26, 40)}.${r.whole(0, 99)} md/` +
    `Botocore#1.${r.whole(29, 40)}.${r.whole(0, 99)} ua/2.0 os/linux lang/` +
    `python#3.${r.whole(9, 13)}`,
  (r: Random) => `aws-cli/2.${r.whole(9, 30)}.${r.whole(0, 30)} exe/x86_64.amzn.2023 prompt/off`,
  (r: Random) => `APN/1.0 HashiCorp/1.0 Terraform/1.${r.whole(3, 12)}.${r.whole(0, 9)}`,
  () => 'ecs.amazonaws.com',
] as const

/** Calls to a cloud's control plane: nested objects, about 1.5 kB. */
export const CLOUD_AUDIT: Lane = {
  name: 'cloud_audit',
  describes: 'cloud audit records shaped as AWS CloudTrail nests them',
  logsource: { product: 'aws', service: 'cloudtrail' },
  record: (random, index) => {
    const call = random.chance(0.03) ? random.pick(RARE_CALLS) : random.skewed(DAILY_CALLS)
    const account = String(111_100_000_000 + random.whole(1, ACCOUNTS_COUNT) * 7_777_777)
    const region = random.skewed(REGIONS)
    const time = isoTime(random, index).replace(/\.\d+Z/, 'Z')
    return {
      eventVersion: '1.09',
      userIdentity: identity(random, account, time),
      eventTime: time,
      eventSource: call.source,
      eventName: call.name,
      awsRegion: region,
      sourceIPAddress: random.chance(0.2) ? call.source : random.publicAddress(),
      userAgent: random.pick(AGENTS)(random),
      ...(random.chance(0.04)
        ? {
            errorCode: 'AccessDenied',
            errorMessage: `not authorized: ${call.name} on ${random.token(9)}`,
          }
        : {}),
      requestParameters: parameters(random, account, region),
      responseElements: call.isReading ? null : { requestId: random.guid(), _return: true },
      requestID: random.guid(),
      eventID: random.guid(),
      readOnly: call.isReading,
      resources: [
        { accountId: account, type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${random.token(12)}` },
      ],
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: account,
      eventCategory: 'Management',
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite: 'TLS_AES_128_GCM_SHA256',
        clientProvidedHostHeader: call.source.replace('.', `.${region}.`),
      },
    }
  },
}

function identity(random: Random, account: string, time: string): LaneRecord {
  if (random.chance(0.01)) return { type: 'Root', principalId: account, accountId: account }
  const role = `role-${random.whole(1, 180)}`
  const principal = `AROA${random.token(17).toUpperCase()}`
  return {
    type: 'AssumedRole',
    principalId: `${principal}:${random.token(12)}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${random.token(12)}`,
    accountId: account,
    accessKeyId: `ASIA${random.token(16).toUpperCase()}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: principal,
        arn: `arn:aws:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
      attributes: { creationDate: time, mfaAuthenticated: String(random.chance(0.3)) },
    },
  }
}

function parameters(random: Random, account: string, region: string): LaneRecord {
  const key = `${random.token(5)}/${random.whole(2023, 2026)}/${random.guid()}.parquet`
  return random.pick<() => LaneRecord>([
    () => ({ bucketName: `data-${random.whole(1, 400)}`, key, Host: `s3.${region}.amazonaws.com` }),
    () => ({
      roleArn: `arn:aws:iam::${account}:role/role-${random.whole(1, 180)}`,
      roleSessionName: random.token(14),
      durationSeconds: random.pick([900, 3600, 43_200]),
    }),
    () => ({
      instancesSet: {
        items: Array.from({ length: random.whole(1, 4) }, () => ({
          instanceId: `i-${random.hex(17)}`,
        })),
      },
      filterSet: {
        items: [{ name: 'vpc-id', valueSet: { items: [{ value: `vpc-${random.hex(17)}` }] } }],
      },
    }),
    () => ({
      keyId: `arn:aws:kms:${region}:${account}:key/${random.guid()}`,
      encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::data-${random.whole(1, 400)}` },
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    }),
    () => ({
      logGroupName: `/aws/lambda/fn-${random.whole(1, 900)}`,
      logStreamName: random.guid(),
    }),
  ])()
}
