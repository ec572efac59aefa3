// Verifies what is signed with eddsa-rdfc-2022, without a library. The rules are those of services/Certification/Credentials.

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const escapes = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\' };

function refuse(why) {
  throw new TypeError(why);
}

const text = value => typeof value === 'string' ? value : refuse('a string was expected');
const all = value => value === undefined ? [] : [].concat(value);
const known = (table, name) => Object.hasOwn(table, text(name)) ? table[name] : refuse(`${name} is unknown`);
const isBlank = node => node.startsWith('_:');
export const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
export const sha256 = async written => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(written)));

const iri = value => /^[a-z][a-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$/i.test(text(value)) ? `<${value}>` : refuse('an IRI was expected');

const literal = value => `"${text(value).replace(/["\\\u0000-\u001f\u007f]/g, c =>
  escapes[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)}"`;

// The bytes of what multibase writes in base 58.
function base58(written) {
  let number = written[0] === 'z' ? 0n : refuse('base 58 was expected');
  for (const digit of written.slice(1))
    number = number * 58n + BigInt(alphabet.includes(digit) ? alphabet.indexOf(digit) : refuse('base 58 was expected'));
  const digits = number === 0n ? '' : number.toString(16);
  const bytes = digits.padStart(digits.length + digits.length % 2, '0').match(/../g) ?? [];
  return Uint8Array.from([...written.slice(1).match(/^1*/)[0].replaceAll('1', '0'), ...bytes.map(byte => parseInt(byte, 16))]);
}

/** The canonical N-Quads (RDFC-1.0) of a document with terms of our table alone. */
export async function quads(document, terms) {
  const contexts = all(document['@context']).map(name => known(terms, name));
  const names = Object.assign({}, ...contexts.map(context => context.names));
  const properties = Object.assign({}, ...contexts.map(context => context.properties));
  const found = new Map();
  let blanks = 0;

  function value(kind, item) {
    switch (kind) {
      case 'node': return iri(item);
      case 'name': return iri(known(names, item));
      case 'text': return literal(item);
      default: return `${literal(typeof item === 'boolean' && kind.endsWith('#boolean') ? String(item) : item)}^^<${kind}>`;
    }
  }

  function node(of) {
    const subject = Object.hasOwn(of, 'id') ? iri(of.id) : `_:b${blanks++}`;
    for (const [term, values] of Object.entries(of)) {
      if (term === 'id' || (of === document && term === '@context'))
        continue;
      const property = known(properties, term);
      for (const item of [].concat(values)) {
        const object = item !== null && typeof item === 'object' && !Array.isArray(item) ? node(item) : value(property.value, item);
        found.set([subject, property.iri, object].join(' '), [subject, `<${property.iri}>`, object]);
      }
    }

    return subject;
  }

  const write = (some, label) => some.map(([subject, property, object]) => `${label(subject)} ${property} ${label(object)} .\n`).sort().join('');

  node(document);
  const statements = [...found.values()];
  const unnamed = [...new Set(statements.flatMap(([subject, , object]) => [subject, object]).filter(isBlank))];
  const hashes = new Map();
  for (const blank of unnamed) {
    const about = statements.filter(([subject, , object]) => subject === blank || object === blank);
    hashes.set(hex(await sha256(write(about, other => !isBlank(other) ? other : other === blank ? '_:a' : '_:z'))), blank);
  }

  if (hashes.size < unnamed.length)
    refuse('two nodes without an id are alike');
  const labels = new Map([...hashes.keys()].sort().map((hash, index) => [hashes.get(hash), `_:c14n${index}`]));
  return write(statements, other => labels.get(other) ?? other);
}

/** Whether a document is as its issuer signed it (eddsa-rdfc-2022), with a key that the DID document lists for that. */
export async function isSigned(signed, did, terms) {
  const { proof: proofs, ...secured } = signed;
  const [proof, ...more] = all(proofs);
  const issuer = signed.issuer?.id ?? signed.issuer;
  const method = did.verificationMethod.find(one => one.id === proof?.verificationMethod);
  if (!method || more.length > 0 || proof.type !== 'DataIntegrityProof' || proof.cryptosuite !== 'eddsa-rdfc-2022' || proof.proofPurpose !== 'assertionMethod'
    || did.id !== issuer || method.controller !== issuer || !did.assertionMethod.includes(method.id))
    return false;
  const { proofValue, ...options } = proof;
  const [first, second, ...raw] = base58(text(method.publicKeyMultibase));
  if (first !== 0xed || second !== 0x01)
    return false;
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(raw), 'Ed25519', false, ['verify']);
  const data = [
    ...await sha256(await quads({ ...options, '@context': signed['@context'] }, terms)),
    ...await sha256(await quads(secured, terms)),
  ];
  return crypto.subtle.verify('Ed25519', key, base58(text(proofValue)), Uint8Array.from(data));
}

/** Whether a bit of a status list is set: index 0 is the left-most of the first byte. */
export async function isSet(encodedList, index) {
  const zipped = Uint8Array.from(atob(encodedList.slice(1).replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
  const bits = new Uint8Array(await new Response(new Blob([zipped]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  return encodedList[0] === 'u' && index >> 3 < bits.length ? (bits[index >> 3] & (0x80 >> (index & 7))) !== 0 : refuse('it is outside the list');
}
