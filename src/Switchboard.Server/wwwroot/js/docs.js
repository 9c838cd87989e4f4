// Shows the OpenAPI document of this server as a page. Everything in it is data and becomes text.
import { el } from './dom.js';

const deepest = 4;

/** A schema as a sketch of JSON, with names of types where a value would be. */
function sketch(contract, schema, depth = 0) {
  if (!schema) return 'anything';
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    return depth >= deepest ? name : sketch(contract, contract.components.schemas[name], depth + 1);
  }
  const either = schema.oneOf ?? schema.anyOf;
  if (either) {
    const forms = either.filter(form => form.type !== 'null').map(form => sketch(contract, form, depth));
    return forms.length === 1 ? forms[0] : { 'one of': forms };
  }
  if (schema.enum) return schema.enum.filter(value => value !== null).join(' | ');
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, sketch(contract, part, depth + 1)]));
  if (schema.items) return [sketch(contract, schema.items, depth + 1)];
  if (schema.additionalProperties && typeof schema.additionalProperties === 'object') return { '…': sketch(contract, schema.additionalProperties, depth + 1) };
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : schema.type ?? 'anything';
  return schema.format ? `${type} (${schema.format})` : type;
}

function who(access) {
  const scopes = [access.anyOf.join(' or '), ...access.allOf].filter(Boolean).join(' and ');
  switch (access.who) {
    case 'anyone': return 'everybody';
    case 'command_line': return 'the command line of the installation';
    case 'signed_in': return 'who is signed in, for the own account';
    case 'contacts': return 'visitors and contacts, for their own session';
    case 'staff_and_contacts': return `${scopes}; contacts for what is their own`;
    default: return scopes;
  }
}

function answers(contract, operation) {
  return Object.entries(operation.responses).map(([status, answer]) => {
    const bodies = Object.entries(answer.content ?? {}).filter(([type]) => type !== 'application/problem+json');
    return el('div', {},
      el('p', {}, el('code', { text: status }), ` ${answer.description ?? ''}`),
      ...bodies.map(([type, body]) => type === 'application/json' ? el('pre', { text: JSON.stringify(sketch(contract, body.schema), null, 2) }) : el('p', { text: type })));
  });
}

function inside(contract, operation) {
  const body = Object.entries(operation.requestBody?.content ?? {});
  const example = body.find(([, media]) => media.example !== undefined)?.[1].example;
  return el('div', { class: 'inside' },
    el('p', {}, 'For: ', who(operation['x-switchboard-access'])),
    operation.parameters?.length ? el('h3', { text: 'Parameters' }) : null,
    operation.parameters?.length ? el('table', {}, ...operation.parameters.map(parameter => el('tr', {},
      el('td', {}, el('code', { text: parameter.name })), el('td', { text: parameter.in + (parameter.required ? ', needed' : '') }),
      el('td', { text: String(sketch(contract, parameter.schema)) }), el('td', { text: parameter.description ?? '' })))) : null,
    body.length ? el('h3', { text: `Body: ${body.map(([type]) => type).join(', ')}` }) : null,
    example === undefined ? null : el('pre', { text: JSON.stringify(example, null, 2) }),
    ...body.filter(([type, media]) => type === 'application/json' && media.schema.$ref).map(([, media]) => el('pre', { text: JSON.stringify(sketch(contract, media.schema), null, 2) })),
    el('h3', { text: 'Answers' }), ...answers(contract, operation));
}

function row(contract, path, method, operation) {
  const place = el('details', {}, el('summary', {}, el('b', { text: method.toUpperCase() }), el('code', { text: path }), el('small', { text: operation.summary ?? '' })));
  // What is inside is made when it is first opened; there are many.
  place.addEventListener('toggle', () => { if (place.open && place.childElementCount === 1) place.append(inside(contract, operation)); });
  place.dataset.words = [method, path, operation.summary ?? '', who(operation['x-switchboard-access'])].join(' ').toLowerCase();
  return place;
}

function filterBy(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const section of document.querySelectorAll('#routes section')) {
    let any = false;
    for (const place of section.querySelectorAll('details')) {
      place.hidden = !wanted.every(word => place.dataset.words.includes(word));
      if (!place.hidden) { any = true; shown++; }
    }
    section.hidden = !any;
  }
  document.getElementById('count').textContent = `${shown} routes`;
}

const response = await fetch('/openapi/v1.json');
if (!response.ok) {
  document.getElementById('about').textContent = `The contract could not be read: ${response.status}.`;
} else {
  const contract = await response.json();
  const sections = new Map();
  for (const [path, operations] of Object.entries(contract.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? 'others';
      if (!sections.has(tag)) sections.set(tag, el('section', {}, el('h2', { text: tag })));
      sections.get(tag).append(row(contract, path, method, operation));
    }
  }
  document.getElementById('about').replaceChildren(contract.info.description, ' The document itself: ', el('a', { href: '/openapi/v1.json', text: 'openapi/v1.json' }), '.');
  document.getElementById('routes').append(...[...sections.keys()].sort().map(tag => sections.get(tag)));
  filterBy('');
  document.getElementById('filter').addEventListener('input', event => filterBy(event.target.value));
}
