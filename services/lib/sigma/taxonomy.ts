/** Techniques of MITRE ATLAS 5.6.0 that concern agents and their tools, by id. */
const ATLAS_TECHNIQUES: ReadonlyMap<string, string> = new Map([
  ['AML.T0010.005', 'AI Supply Chain Compromise: AI Agent Tool'],
  ['AML.T0011.002', 'User Execution: Poisoned AI Agent Tool'],
  ['AML.T0011.003', 'User Execution: Malicious Link'],
  ['AML.T0012', 'Valid Accounts'],
  ['AML.T0024', 'Exfiltration via AI Inference API'],
  ['AML.T0025', 'Exfiltration via Cyber Means'],
  ['AML.T0029', 'Denial of AI Service'],
  ['AML.T0034', 'Cost Harvesting'],
  ['AML.T0034.000', 'Cost Harvesting: Excessive Queries'],
  ['AML.T0034.001', 'Cost Harvesting: Resource-Intensive Queries'],
  ['AML.T0034.002', 'Cost Harvesting: Agentic Resource Consumption'],
  ['AML.T0036', 'Data from Information Repositories'],
  ['AML.T0050', 'Command and Scripting Interpreter'],
  ['AML.T0051', 'LLM Prompt Injection'],
  ['AML.T0051.000', 'LLM Prompt Injection: Direct'],
  ['AML.T0051.001', 'LLM Prompt Injection: Indirect'],
  ['AML.T0051.002', 'LLM Prompt Injection: Triggered'],
  ['AML.T0053', 'AI Agent Tool Invocation'],
  ['AML.T0054', 'LLM Jailbreak'],
  ['AML.T0055', 'Unsecured Credentials'],
  ['AML.T0056', 'Extract LLM System Prompt'],
  ['AML.T0057', 'LLM Data Leakage'],
  ['AML.T0061', 'LLM Prompt Self-Replication'],
  ['AML.T0064', 'Gather RAG-Indexed Targets'],
  ['AML.T0066', 'Retrieval Content Crafting'],
  ['AML.T0067', 'LLM Trusted Output Components Manipulation'],
  ['AML.T0068', 'LLM Prompt Obfuscation'],
  ['AML.T0070', 'RAG Poisoning'],
  ['AML.T0071', 'False RAG Entry Injection'],
  ['AML.T0072', 'Reverse Shell'],
  ['AML.T0074', 'Masquerading'],
  ['AML.T0077', 'LLM Response Rendering'],
  ['AML.T0080', 'AI Agent Context Poisoning'],
  ['AML.T0080.000', 'AI Agent Context Poisoning: Memory'],
  ['AML.T0080.001', 'AI Agent Context Poisoning: Thread'],
  ['AML.T0081', 'Modify AI Agent Configuration'],
  ['AML.T0082', 'RAG Credential Harvesting'],
  ['AML.T0083', 'Credentials from AI Agent Configuration'],
  ['AML.T0084', 'Discover AI Agent Configuration'],
  ['AML.T0084.000', 'Discover AI Agent Configuration: Embedded Knowledge'],
  ['AML.T0084.001', 'Discover AI Agent Configuration: Tool Definitions'],
  ['AML.T0084.002', 'Discover AI Agent Configuration: Activation Triggers'],
  ['AML.T0084.003', 'Discover AI Agent Configuration: Call Chains'],
  ['AML.T0085', 'Data from AI Services'],
  ['AML.T0085.000', 'Data from AI Services: RAG Databases'],
  ['AML.T0085.001', 'Data from AI Services: AI Agent Tools'],
  ['AML.T0086', 'Exfiltration via AI Agent Tool Invocation'],
  ['AML.T0091.000', 'Use Alternate Authentication Material: Application Access Token'],
  ['AML.T0092', 'Manipulate User LLM Chat History'],
  ['AML.T0093', 'Prompt Infiltration via Public-Facing Application'],
  ['AML.T0094', 'Delay Execution of LLM Instructions'],
  ['AML.T0096', 'AI Service API'],
  ['AML.T0098', 'AI Agent Tool Credential Harvesting'],
  ['AML.T0099', 'AI Agent Tool Data Poisoning'],
  ['AML.T0101', 'Data Destruction via AI Agent Tool Invocation'],
  ['AML.T0103', 'Deploy AI Agent'],
  ['AML.T0104', 'Publish Poisoned AI Agent Tool'],
  ['AML.T0105', 'Escape to Host'],
  ['AML.T0108', 'AI Agent'],
  ['AML.T0109', 'AI Supply Chain Rug Pull'],
  ['AML.T0110', 'AI Agent Tool Poisoning'],
  ['AML.T0111', 'AI Supply Chain Reputation Inflation'],
  ['AML.T0112.000', 'Machine Compromise: Local AI Agent'],
])

/** Risks of OWASP's top tens for MCP (2025), agentic applications (2026) and LLMs (2025), by id. */
const OWASP_RISKS: ReadonlyMap<string, string> = new Map([
  ...numbered('MCP', [
    'Token Mismanagement and Secret Exposure',
    'Privilege Escalation via Scope Creep',
    'Tool Poisoning',
    'Software Supply Chain Attacks and Dependency Tampering',
    'Command Injection and Execution',
    'Intent Flow Subversion',
    'Insufficient Authentication and Authorization',
    'Lack of Audit and Telemetry',
    'Shadow MCP Servers',
    'Context Injection and Over-Sharing',
  ]),
  ...numbered('ASI', [
    'Agent Goal Hijack',
    'Tool Misuse and Exploitation',
    'Identity and Privilege Abuse',
    'Agentic Supply Chain Vulnerabilities',
    'Unexpected Code Execution',
    'Memory and Context Poisoning',
    'Insecure Inter-Agent Communication',
    'Cascading Failures',
    'Human-Agent Trust Exploitation',
    'Rogue Agents',
  ]),
  ...numbered('LLM', [
    'Prompt Injection',
    'Sensitive Information Disclosure',
    'Supply Chain',
    'Data and Model Poisoning',
    'Improper Output Handling',
    'Excessive Agency',
    'System Prompt Leakage',
    'Vector and Embedding Weaknesses',
    'Misinformation',
    'Unbounded Consumption',
  ]),
])

/**
 * What a tag such as `atlas.aml.t0051.001` or `owasp.mcp06` stands for; undefined: nothing real.
 */
export function tagMeaning(tag: string): string | undefined {
  const [namespace = ''] = tag.split('.', 1)
  const id = tag.slice(namespace.length + 1).toUpperCase()
  if (namespace === 'atlas') return ATLAS_TECHNIQUES.get(id)
  return namespace === 'owasp' ? OWASP_RISKS.get(id) : undefined
}

/** The tags that claim to be of a taxonomy and name nothing in it, in their order. */
export function unknownTags(tags: readonly string[]): string[] {
  return tags.filter((tag) => /^(?:atlas|owasp)\./.test(tag) && tagMeaning(tag) === undefined)
}

function numbered(prefix: string, names: readonly string[]): [id: string, name: string][] {
  return names.map((name, index) => [`${prefix}${String(index + 1).padStart(2, '0')}`, name])
}
