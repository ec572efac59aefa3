// Verifies the certificate on this page: what was signed, by whom, and whether the page says the same. It asks this site alone.
// The words are on the page.
import { isSet, isSigned, sha256, hex } from './credential.js';

class Unanswered extends Error {}

const verify = document.getElementById('verify');
const outcomes = [...verify.querySelectorAll('[data-outcome]')];
const checks = [...verify.querySelectorAll('[data-check]')];
const shown = claim => [...document.querySelectorAll(`[data-claim="${claim}"]`)].map(it =>
  it.getAttribute('datetime') ?? it.getAttribute('value') ?? it.textContent);

async function get(address) {
  const url = new URL(address, location);
  if (url.origin !== location.origin)
    throw new TypeError(`${url} is elsewhere`);
  // What was kept may be older than what the page says.
  const answer = await fetch(url, { cache: 'no-cache', credentials: 'omit' }).catch(() => null);
  if (!answer?.ok)
    throw new Unanswered(url);
  return answer.json();
}

const issuedBy = credential => credential.issuer?.id ?? credential.issuer;
const here = `did:web:${location.host.replace(':', '%3A')}`;

const found = {
  signature: async ({ credential, did, terms }) =>
    credential.id === `${location.origin}/certificates/${verify.dataset.id}/credential` && issuedBy(credential) === here && await isSigned(credential, did, terms),

  claims: ({ credential }) => Object.entries(signed(credential)).every(([claim, values]) => {
    const page = shown(claim);
    return page.length === values.length && page.every((value, index) => value === values[index]);
  }),

  async state({ credential, did, terms }) {
    const bits = {};
    for (const entry of credential.credentialStatus) {
      const list = await get(entry.statusListCredential);
      const { statusPurpose, encodedList } = list.credentialSubject;
      if (list.id !== entry.statusListCredential || issuedBy(list) !== here || statusPurpose !== entry.statusPurpose
        || Date.parse(list.validUntil) < Date.now() || !await isSigned(list, did, terms))
        return false;
      bits[statusPurpose] = await isSet(encodedList, Number(entry.statusListIndex));
    }

    const [state] = shown('state');
    // One that was replaced may be revoked besides, or not.
    return (state === 'superseded' || bits.revocation === (state === 'revoked')) && bits.suspension === (state === 'suspended');
  },

  async name({ credential }) {
    const [name, salt] = [shown('name')[0], shown('salt')[0]];
    const [identity] = [].concat(credential.credentialSubject.identifier);
    return identity.identityHash === `sha256$${hex(await sha256(name + salt))}`;
  },
};

// What the page has to say, by the marks in it.
function signed({ credentialSubject: subject, issuer, validFrom, validUntil }) {
  const { achievement } = subject;
  // Of an instant the day is meant.
  const [from, started, ended, until] = [validFrom, subject.activityStartDate, subject.activityEndDate, validUntil].map(instant => instant?.slice(0, 10));
  const minutes = what => subject.result.filter(one => one.resultDescription === `${achievement.id}#${what}`).map(one => {
    const [, hours, rest] = /^PT(\d+)H(\d+)M$/.exec(one.value);
    return String(60 * hours + Number(rest));
  });
  return {
    title: [achievement.name],
    programme: [achievement.humanCode],
    version: [achievement.version],
    competence: (achievement.alignment ?? []).map(one => one.targetName),
    startedOn: [started],
    endedOn: [ended],
    deliveredMinutes: minutes('delivered'),
    attendedMinutes: minutes('attended'),
    // Where the sun rises first a training may end on a date that UTC has not reached: it is issued on that date then.
    issuedOn: [from, ended].sort().slice(1),
    validUntil: until === undefined ? [] : [until],
    issuer: [issuer.name],
  };
}

async function run() {
  say('running');
  checks.forEach(check => check.hidden = true);
  if (!await canVerify())
    return say('unsupported');
  try {
    const facts = {
      credential: await get(`/certificates/${verify.dataset.id}/credential`),
      did: await get('/.well-known/did.json'),
      terms: await get(new URL('terms.json', import.meta.url)),
    };
    let valid = true;
    for (const check of checks.filter(it => it.dataset.check !== 'name' || shown('salt').length > 0)) {
      const passed = await holds(check.dataset.check, facts);
      valid &&= passed;
      [check.hidden, check.className, check.textContent] = [false, passed ? 'passed' : 'failed', passed ? check.dataset.passed : check.dataset.failed];
    }

    say(valid ? 'valid' : 'not-valid');
  } catch (error) {
    say(error instanceof Unanswered ? 'unanswered' : 'not-valid');
  }
}

// What is not of our shape does not hold.
async function holds(check, facts) {
  try {
    return await found[check](facts);
  } catch (error) {
    if (error instanceof Unanswered)
      throw error;
    return false;
  }
}

function say(outcome) {
  outcomes.forEach(it => it.hidden = it.dataset.outcome !== outcome);
}

async function canVerify() {
  try {
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    return true;
  } catch {
    // An old browser, or a page that came over a network without TLS.
    return false;
  }
}

verify.hidden = false;
verify.querySelector('button').addEventListener('click', run);
