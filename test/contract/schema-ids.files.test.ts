import { fileSchemaIds } from '../../services/lib/adapters/registry/files.ts'
import { aSchema, schemaIdsContract } from './schema-ids.contract.ts'

schemaIdsContract('files', () => fileSchemaIds([aSchema()]))
