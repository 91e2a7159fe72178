// Medplum's FHIR validator over JSON lines: a resource per line on standard input, its findings as a JSON line on
// standard output, in order. "{}" says once that it is ready.
//
// Arguments: folder of the specification's definitions, folders of further definitions (JSON).
// A resource that claims profiles is judged by each of them too. Definitions without a snapshot are passed over: it can
// make none.

import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from '@medplum/core';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const profiles = new Map();

function index(folder, wanted) {
  const definitions = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .filter((name) => name.startsWith('StructureDefinition-') || !wanted)
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .filter((found) => found.resourceType === 'StructureDefinition' && found.snapshot && (!wanted || wanted(found)));
  indexStructureDefinitionBundle({ resourceType: 'Bundle', type: 'collection', entry: definitions.map((resource) => ({ resource })) });
  for (const definition of definitions) {
    profiles.set(definition.url, definition);
  }
}

function told(issues) {
  return issues.map((issue) => ({
    severity: issue.severity,
    id: issue.code,
    path: issue.expression?.[0] ?? '',
    message: issue.details?.text ?? issue.diagnostics ?? '',
  }));
}

function judge(resource) {
  const claimed = (Array.isArray(resource.meta?.profile) ? resource.meta.profile : []).map((url) => profiles.get(url));
  const findings = [];
  for (const profile of [undefined, ...claimed.filter(Boolean)]) {
    try {
      findings.push(...told(validateResource(resource, { profile })));
    } catch (error) {
      findings.push(
        ...(error instanceof OperationOutcomeError
          ? told(error.outcome.issue)
          : [{ severity: 'fatal', id: error.name, path: '', message: error.message }])
      );
    }
  }
  return findings;
}

const [specification, ...folders] = process.argv.slice(2);
index(specification, (found) => found.derivation !== 'constraint');
folders.filter((folder) => folder).forEach((folder) => index(folder));
console.log('{}');
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  console.log(JSON.stringify({ findings: judge(JSON.parse(line)) }));
}
