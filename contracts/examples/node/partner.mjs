#!/usr/bin/env node
/*
A partner's client in one file: it applies, follows its learners, and keeps a copy that it can prove whole.

    partner.mjs ACCOUNT.json COPY.db apply APPLICATIONS.json    sends applications, and follows until each is answered
    partner.mjs ACCOUNT.json COPY.db follow [--settled]         keeps the copy; --settled: until it equals the platform's
    partner.mjs ACCOUNT.json COPY.db verify                     compares the copy's digest with the platform's
    partner.mjs ACCOUNT.json COPY.db digest                     prints the copy's digest, without any network

ACCOUNT.json is what `./platform partner add ID --json` prints. Delivery is at least once and a connection may go at any
moment, so: what is sent is stored first and sent again with the same id until it is answered, what arrives is stored
before it is acknowledged, and the record's version shows what is lacking. Needs Node 18 and `npm ci`; from Node 22.13 on
'node:sqlite' can take the place of that package.
*/
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DatabaseSync } from '@photostructure/sqlite';
import amqp from 'amqplib';

const DOMAIN = 'org.tremplin.training.';
const SQLITE = 'ERR_SQLITE_ERROR';
const QUIET = 2000; // milliseconds without a message

const SCHEMA = `
CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, sequence TEXT NOT NULL, record TEXT NOT NULL, version INTEGER NOT NULL,
                                  type TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (record, version));
CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, name TEXT NOT NULL, reference TEXT UNIQUE, body TEXT NOT NULL, answer TEXT);
`;

class Partner {
  constructor(account, copy) {
    this.account = account;
    this.id = account.partner;
    this.db = new DatabaseSync(copy, { timeout: 5000 });
    this.db.exec(SCHEMA);
  }

  /** Stores a command; it is sent, and sent again, until it is answered. */
  ask(name, data, reference = null) {
    const id = randomUUID();
    const body = JSON.stringify({ specversion: '1.0', id, source: `/${this.id}`, type: DOMAIN + name, data });
    this.db.prepare('INSERT OR IGNORE INTO command (id, name, reference, body) VALUES (?, ?, ?, ?)').run(id, name, reference, body);
  }

  openCommands(name = '%') {
    return this.db.prepare('SELECT count(*) AS n FROM command WHERE answer IS NULL AND name LIKE ?').get(name).n;
  }

  async #send(channel, sent, returned) {
    for (const { id, name, body } of this.db.prepare('SELECT id, name, body FROM command WHERE answer IS NULL').all()) {
      if (sent.has(id)) continue;
      const properties = { userId: this.id, messageId: id, persistent: true, contentType: 'application/cloudevents+json' };
      // Confirmed when the broker has it on disk. What it returns it confirms too, but afterwards.
      const refused = await new Promise((confirmed) => channel.publish(
        'training.commands', `partner.${this.id}.${name}`, Buffer.from(body), { mandatory: true, ...properties }, confirmed));
      if (refused && refused.message !== 'message nacked') throw refused;
      if (refused || returned.delete(id)) {
        // It stays open, and events still come in; when it is quiet it is tried again.
        console.error('command not taken, tried again soon:', refused ? 'nacked' : 'returned');
        return;
      }
      sent.add(id);
    }
  }

  #store(body) {
    const need = (value, type) => {
      if (typeof value !== type) throw new TypeError(`no ${type}`);
      return value;
    };
    try {
      const event = JSON.parse(body);
      if ('sequence' in event) {
        const texts = [event.id, event.sequence, event.subject, event.type, body].map((value) => need(value, 'string'));
        this.db.prepare('INSERT OR IGNORE INTO event (id, sequence, record, type, body, version) VALUES (?, ?, ?, ?, ?, ?)')
          .run(...texts, need(event.recordversion, 'number'));
      } else if (event.type === `${DOMAIN}command.answered.v1`) {
        this.db.prepare('UPDATE command SET answer = ? WHERE id = ?').run(body, need(event.data.commandId, 'string'));
      } else if (event.type === `${DOMAIN}message.rejected.v1`) {
        console.error('rejected:', event.data.pointer, event.data.reason);
        this.db.prepare('UPDATE command SET answer = ? WHERE id = ?').run(body, `${event.data.messageId}`);
      }
    } catch (fault) {
      if (fault.code === SQLITE) throw fault;
      // It is acknowledged all the same: else it would come back for ever.
      console.error('message skipped, it cannot be read:', fault.name);
    }
  }

  /** Records of which a version is lacking, as a later one shows. */
  gaps() {
    return this.db.prepare('SELECT record FROM event GROUP BY record HAVING count(*) < max(version)').all().map((row) => row.record);
  }

  /** Records of which the last version is lacking, as only the platform can tell. */
  async behind() {
    const have = new Map(this.db.prepare('SELECT record, max(version) AS last FROM event GROUP BY record').all().map((row) => [row.record, row.last]));
    return JSON.parse(await this.#get('digest')).records.filter((one) => (have.get(one.id) ?? 0) < one.version).map((one) => one.id);
  }

  /** Sends what is open and stores what arrives, over any number of lost connections, until done() is true. */
  async follow(done, { feed = false, settled = false } = {}) {
    const { uri, user, password } = this.account.amqp;
    const credentials = amqp.credentials.plain(user, password);
    for (;;) {
      let connection;
      try {
        connection = await amqp.connect(`${uri}?heartbeat=10`, { credentials, timeout: 10_000 });
        return await this.#listen(connection, done, feed, settled);
      } catch (lost) {
        if (lost.code === SQLITE) throw lost;
        // Whatever it is, a broker that starts again among it: begin anew. No message of these holds a secret.
        console.error('connection lost:', lost.message);
        await pause(500);
      } finally {
        // It is open still where only the channel was lost.
        await Promise.race([connection?.close().catch(() => {}), pause(1000, null, { ref: false })]);
      }
    }
  }

  async #listen(connection, done, feed, settled) {
    let fail;
    const lost = new Promise((_, reject) => (fail = reject));
    lost.catch(() => {}); // it may come while nobody waits for it
    connection.on('error', fail).on('close', (reason) => fail(reason ?? new Error('closed')));
    const channel = await connection.createConfirmChannel();
    const [sent, returned] = [new Set(), new Set()];
    channel.on('error', fail).on('close', () => setImmediate(fail, new Error('channel closed'))); // the reason comes first
    channel.on('return', (message) => returned.add(message.properties.messageId));
    await channel.prefetch(100);
    const inbox = `partner.${this.id}.inbox`;
    await channel.assertQueue(inbox, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(inbox, 'training.events', `${this.id}.#`);
    if (feed) await this.rebuild(); // after the queue is bound, so that nothing falls between the two
    let last = Date.now();
    await channel.consume(inbox, (message) => {
      try {
        if (message === null) throw new Error('the broker ended the consumer');
        last = Date.now();
        this.#store(message.content.toString());
        channel.ack(message);
      } catch (fault) {
        fail(fault);
      }
    });
    for (;;) {
      await Promise.race([lost, this.#send(channel, sent, returned)]);
      while (Date.now() < last + QUIET) await Promise.race([lost, pause(last + QUIET - Date.now())]);
      // It is quiet: now is the time to look whether anything is lacking.
      const lacking = this.gaps();
      if (lacking.length === 0 && settled) lacking.push(...(await this.behind()));
      if (this.openCommands('request-replay.v1') === 0) for (const recordId of lacking) this.ask('request-replay.v1', { recordId });
      if (await done()) return;
      last = Date.now();
    }
  }

  /** Fills the copy from the feed, an empty one from the start: the same bytes as over the broker. */
  async rebuild() {
    let { after } = this.db.prepare("SELECT coalesce(max(sequence), '0') AS after FROM event").get();
    for (let page; (page = await this.#get(`events?after=${BigInt(after)}`)) !== '[]'; ) {
      // JSON.parse would not keep the bytes: an event is from a brace to its counterpart, strings apart.
      let [depth, start] = [0, 0];
      for (const { 0: token, index } of page.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
        if (token === '{' && depth++ === 0) start = index;
        if (token === '}' && --depth === 0) this.#store(page.slice(start, index + 1));
      }
      after = JSON.parse(page).at(-1).sequence;
    }
  }

  digest() {
    const hash = createHash('sha256');
    // Counted: versions have no gap, so a digest that is right shows that none is lacking.
    for (const { line } of this.db.prepare("SELECT record || ' ' || count(*) || char(10) AS line FROM event GROUP BY record ORDER BY record").all())
      hash.update(line);
    return hash.digest('hex');
  }

  async whole() {
    return this.digest() === JSON.parse(await this.#get('digest')).sha256;
  }

  async #get(path) {
    const { tokenUrl, clientId, clientSecret } = this.account.oAuth;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
    const token = JSON.parse(await fetched(tokenUrl, { method: 'POST', body })).access_token;
    return fetched(new URL(path, this.account.enrollmentUrl), { headers: { authorization: `Bearer ${token}` } });
  }
}

async function fetched(address, options) {
  const answer = await fetch(address, { ...options, signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.text();
}

const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const { values: { settled }, positionals: [account, copy, verb, applications] } =
  parseArgs({ allowPositionals: true, options: { settled: { type: 'boolean', default: false } } });
if (!['apply', 'follow', 'verify', 'digest'].includes(verb) || (verb === 'apply') !== (applications !== undefined)) {
  console.error('usage: partner.mjs ACCOUNT.json COPY.db apply APPLICATIONS.json | follow [--settled] | verify | digest');
  process.exit(2);
}
const partner = new Partner(json(account), copy);
if (verb === 'apply') {
  for (const application of json(applications)) partner.ask('apply-for-training.v1', application, application.applicationRef);
  await partner.follow(() => partner.openCommands() === 0);
} else if (verb === 'follow') {
  await partner.follow(async () => settled && partner.openCommands() === 0 && (await partner.whole()), { feed: true, settled });
}
if (verb === 'digest') {
  console.log(partner.digest());
} else {
  const whole = await partner.whole();
  const { events, records } = partner.db.prepare('SELECT count(*) AS events, count(DISTINCT record) AS records FROM event').get();
  console.log(`${records} records, ${events} events, digest ${partner.digest()}: ${whole ? 'whole' : 'not whole yet'}`);
  process.exitCode = whole ? 0 : 1;
}
partner.db.close();
