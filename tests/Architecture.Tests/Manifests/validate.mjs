// Reads rendered manifests on standard input and says of each document whether a cluster would take it, without a cluster:
// field names and types by the models of the official client, required fields, formats and values by the published schemas.
import { existsSync, readFileSync } from 'fs';
import yaml from 'js-yaml';

const models = new URL('./node_modules/@kubernetes/client-node/dist/gen/models/', import.meta.url);
const loaded = new Map();

async function model(type) {
  if (!loaded.has(type)) {
    const file = new URL(`${type}.js`, models);
    loaded.set(type, existsSync(file) ? (await import(file))[type] : null);
  }
  return loaded.get(type);
}

function modelOf({ apiVersion, kind }) {
  const version = apiVersion.split('/').pop();
  return version[0].toUpperCase() + version.slice(1) + kind;
}

async function walk(value, type, path, errors) {
  if (value === null || value === undefined) return;
  const list = /^Array<(.+)>$/.exec(type);
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type);
  if (list) {
    if (!Array.isArray(value)) { errors.push(`${path}: must be a list`); return; }
    for (let i = 0; i < value.length; i++) await walk(value[i], list[1], `${path}[${i}]`, errors);
  } else if (map) {
    if (typeof value !== 'object' || Array.isArray(value)) { errors.push(`${path}: must be a map`); return; }
    for (const key of Object.keys(value)) await walk(value[key], map[1], `${path}.${key}`, errors);
  } else if (['string', 'number', 'boolean'].includes(type)) {
    if (typeof value !== type) errors.push(`${path}: must be a ${type}, is ${JSON.stringify(value)}`);
  } else {
    const known = await model(type);
    if (!known?.getAttributeTypeMap) return;
    if (typeof value !== 'object' || Array.isArray(value)) { errors.push(`${path}: must be an object (${type})`); return; }
    const fields = new Map(known.getAttributeTypeMap().map((field) => [field.baseName, field.type]));
    for (const key of Object.keys(value)) {
      if (fields.has(key)) await walk(value[key], fields.get(key), `${path}.${key}`, errors);
      else errors.push(`${path}.${key}: unknown field of ${type}`);
    }
  }
}

async function values(document, errors) {
  const { [document.kind]: Kind } = await import(`kubernetes-models/${document.apiVersion}`);
  try {
    new Kind(document).validate();
  } catch (invalid) {
    errors.push(invalid.message);
  }
}

const results = [];
for (const document of yaml.loadAll(readFileSync(0, 'utf8'))) {
  if (!document) continue;
  const errors = [];
  if (await model(modelOf(document))) await walk(document, modelOf(document), document.kind, errors);
  else errors.push(`${document.apiVersion} ${document.kind} is not a core kind`);
  if (errors.length === 0) await values(document, errors);
  results.push({ kind: document.kind, name: document.metadata?.name, errors, document });
}
console.log(JSON.stringify(results));
