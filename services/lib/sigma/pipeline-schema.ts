import { z } from 'zod'

const OPERATORS = ['eq', 'ne', 'gte', 'gt', 'lte', 'lt'] as const
const scalar = z.union([z.string(), z.number(), z.boolean()])
const words = z.union([z.string(), z.array(z.string())])
const name = z.string().min(1)
/** What a rule is made of is not a pipeline's to overwrite as an attribute. */
const CUSTOM = /^(?!(?:detection|correlation|logsource|condition|__proto__)$)./

const state = z.strictObject({
  type: z.literal('processing_state'),
  key: z.string(),
  val: scalar,
  op: z.enum(OPERATORS).default('eq'),
})
const applied = z.strictObject({
  type: z.literal('processing_item_applied'),
  processing_item_id: z.string(),
})
const everyOrSome = { cond: z.enum(['any', 'all']) }

const ruleCondition = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('logsource'),
    category: name.optional(),
    product: name.optional(),
    service: name.optional(),
  }),
  z.strictObject({ type: z.literal('contains_field'), field: name }),
  z.strictObject({ type: z.literal('contains_detection_item'), field: name, value: scalar }),
  z.strictObject({ type: z.literal('is_sigma_rule') }),
  z.strictObject({ type: z.literal('is_sigma_correlation_rule') }),
  z.strictObject({
    type: z.literal('rule_attribute'),
    attribute: name,
    value: z.union([z.string(), z.number()]),
    op: z.enum([...OPERATORS, 'in', 'not_in']).default('eq'),
  }),
  z.strictObject({ type: z.literal('tag'), tag: name }),
  state,
  applied,
])
const itemCondition = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('match_string'),
    pattern: z.string(),
    negate: z.boolean().default(false),
    ...everyOrSome,
  }),
  z.strictObject({ type: z.literal('match_value'), value: scalar, ...everyOrSome }),
  z.strictObject({ type: z.literal('contains_wildcard'), ...everyOrSome }),
  z.strictObject({ type: z.literal('is_null'), ...everyOrSome }),
  state,
  applied,
])
const fieldNames = { fields: z.array(z.string()), mode: z.enum(['plain', 're']).default('plain') }
const fieldCondition = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('include_fields'), ...fieldNames }),
  z.strictObject({ type: z.literal('exclude_fields'), ...fieldNames }),
  state,
  applied,
])

/** Conditions by name; a list gets its places for names. */
const named = <T extends z.ZodType>(condition: T) =>
  z
    .preprocess(
      (given) => (Array.isArray(given) ? Object.fromEntries(given.entries()) : given),
      z.record(z.string(), condition),
    )
    .default({})
const operator = z.enum(['and', 'or']).optional()

const frame = {
  id: z.string().optional(),
  rule_conditions: named(ruleCondition),
  rule_cond_op: operator,
  rule_cond_expr: z.string().optional(),
  rule_cond_not: z.boolean().default(false),
  detection_item_conditions: named(itemCondition),
  detection_item_cond_op: operator,
  detection_item_cond_expr: z.string().optional(),
  detection_item_cond_not: z.boolean().default(false),
  field_name_conditions: named(fieldCondition),
  field_name_cond_op: operator,
  field_name_cond_expr: z.string().optional(),
  field_name_cond_not: z.boolean().default(false),
}
const step = <N extends string, T extends z.ZodRawShape>(type: N, shape: T) =>
  z.strictObject({ type: z.literal(type), ...frame, ...shape })
const placeholders = {
  include: z.array(z.string()).optional(),
  exclude: z.array(z.string()).optional(),
}
const value = z.union([scalar, z.null()])

/** One transformation of a pipeline as its file writes it, with the conditions of its use. */
export const stepSchemas = {
  field_name_mapping: step('field_name_mapping', { mapping: z.record(z.string(), words) }),
  field_name_prefix_mapping: step('field_name_prefix_mapping', {
    mapping: z.record(z.string(), words),
  }),
  field_name_prefix: step('field_name_prefix', { prefix: z.string() }),
  field_name_suffix: step('field_name_suffix', { suffix: z.string() }),
  drop_detection_item: step('drop_detection_item', {}),
  add_condition: step('add_condition', {
    conditions: z.record(z.string(), z.union([value, z.array(value)])),
    name: z.string().optional(),
    template: z.boolean().default(false),
    negated: z.boolean().default(false),
  }),
  change_logsource: step('change_logsource', {
    category: name.optional(),
    product: name.optional(),
    service: name.optional(),
  }),
  replace_string: step('replace_string', {
    regex: z.string(),
    replacement: z.string(),
    skip_special: z.boolean().default(false),
    interpret_special: z.boolean().default(false),
  }),
  map_string: step('map_string', { mapping: z.record(z.string(), words) }),
  set_value: step('set_value', { value, force_type: z.enum(['str', 'num']).optional() }),
  convert_type: step('convert_type', { target_type: z.enum(['str', 'num']) }),
  case: step('case', { method: z.enum(['lower', 'upper', 'snake_case']).default('lower') }),
  regex: step('regex', {
    method: z
      .enum(['plain', 'ignore_case_flag', 'ignore_case_brackets'])
      .default('ignore_case_brackets'),
  }),
  hashes_fields: step('hashes_fields', {
    valid_hash_algos: z.array(z.string()),
    field_prefix: z.string().default(''),
    drop_algo_prefix: z.boolean().default(false),
  }),
  value_placeholders: step('value_placeholders', placeholders),
  wildcard_placeholders: step('wildcard_placeholders', placeholders),
  rule_failure: step('rule_failure', { message: z.string() }),
  detection_item_failure: step('detection_item_failure', { message: z.string() }),
  set_state: step('set_state', { key: z.string(), val: scalar }),
  set_custom_attribute: step('set_custom_attribute', {
    attribute: z.string().regex(CUSTOM, 'is no custom attribute'),
    value: z.unknown(),
  }),
  add_field: step('add_field', { field: words }),
  remove_field: step('remove_field', { field: words }),
  set_field: step('set_field', { fields: z.array(z.string()) }),
  nest: step('nest', { items: z.array(z.unknown()) }),
}

/** One transformation and when it is used. */
export type Step = {
  [Type in keyof typeof stepSchemas]: z.infer<(typeof stepSchemas)[Type]>
}[keyof typeof stepSchemas]
export type StepOf<Type extends Step['type']> = Extract<Step, { type: Type }>
export type RuleCondition = z.infer<typeof ruleCondition>
export type ItemCondition = z.infer<typeof itemCondition>
export type FieldCondition = z.infer<typeof fieldCondition>
export type StateCondition = z.infer<typeof state>
