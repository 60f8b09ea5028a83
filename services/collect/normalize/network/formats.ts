import type { Format } from '../format.ts'
import { AWS_VPC_FLOW } from './aws-vpc-flow.ts'
import { ENVOY_JSON } from './envoy-json.ts'
import { GCP_FLOW } from './gcp-flow.ts'
import { HUBBLE_JSON } from './hubble-json.ts'
import { NFDUMP_JSON } from './nfdump-json.ts'
import { SQUID_JSON } from './squid-json.ts'
import { SURICATA_EVE } from './suricata-eve.ts'
import { ULOGD_JSON } from './ulogd-json.ts'
import { ZEEK_JSON } from './zeek-json.ts'
import { ZEEK_TSV } from './zeek-tsv.ts'

/** Every format of what left or entered a host. */
export const NETWORK_FORMATS: readonly Format[] = [
  ZEEK_JSON,
  ZEEK_TSV,
  SURICATA_EVE,
  SQUID_JSON,
  ENVOY_JSON,
  AWS_VPC_FLOW,
  GCP_FLOW,
  HUBBLE_JSON,
  NFDUMP_JSON,
  ULOGD_JSON,
]
