#!/usr/bin/env python3
"""A partner's client in one file: it applies, follows its learners, and keeps a copy that it can prove whole.

    partner.py ACCOUNT.json COPY.db apply APPLICATIONS.json    sends applications, and follows until each is answered
    partner.py ACCOUNT.json COPY.db follow [--settled]         keeps the copy; --settled: until it equals the platform's
    partner.py ACCOUNT.json COPY.db verify                     compares the copy's digest with the platform's
    partner.py ACCOUNT.json COPY.db digest                     prints the copy's digest, without any network

ACCOUNT.json is what `./platform partner add ID --json` prints. Delivery is at least once and a connection may go at any
moment, so: what is sent is stored first and sent again with the same id until it is answered, what arrives is stored
before it is acknowledged, and the record's version shows what is lacking. Needs Python 3.11 and pika.
"""
import argparse
import hashlib
import http.client
import json
import logging
import sqlite3
import sys
import time
import urllib.parse
import urllib.request
import uuid

try:
    import pika
    import pika.exceptions
except ImportError:
    sys.exit("This Python has no pika: apt-get install python3-pika (for /usr/bin/python3), or pip install pika.")

DOMAIN = "org.tremplin.training."
QUIET = 2.0  # seconds without a message
LOST = (pika.exceptions.AMQPError, OSError, http.client.HTTPException)

SCHEMA = """
CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, sequence TEXT NOT NULL, record TEXT NOT NULL, version INTEGER NOT NULL,
                                  type TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (record, version));
CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, name TEXT NOT NULL, reference TEXT UNIQUE, body TEXT NOT NULL, answer TEXT);
"""


class Partner:
    def __init__(self, account, copy):
        self.account, self.id = account, account["partner"]
        self.db = sqlite3.connect(copy)
        self.db.executescript(SCHEMA)

    def ask(self, name, data, reference=None):
        """Stores a command; it is sent, and sent again, until it is answered."""
        command = str(uuid.uuid4())
        body = json.dumps({"specversion": "1.0", "id": command, "source": f"/{self.id}", "type": DOMAIN + name, "data": data})
        with self.db:
            self.db.execute("INSERT OR IGNORE INTO command (id, name, reference, body) VALUES (?, ?, ?, ?)", (command, name, reference, body))

    def open_commands(self, name="%"):
        return self.db.execute("SELECT count(*) FROM command WHERE answer IS NULL AND name LIKE ?", (name,)).fetchone()[0]

    def _send(self, channel, sent):
        for command, name, body in self.db.execute("SELECT id, name, body FROM command WHERE answer IS NULL").fetchall():
            if command in sent:
                continue
            try:
                # Returns when the broker has it on disk.
                channel.basic_publish(
                    "training.commands", f"partner.{self.id}.{name}", body.encode(), mandatory=True,
                    properties=pika.BasicProperties(user_id=self.id, delivery_mode=2, content_type="application/cloudevents+json"))
            except (pika.exceptions.UnroutableError, pika.exceptions.NackError) as refused:
                # It stays open, and events still come in; when it is quiet it is tried again.
                nacked = isinstance(refused, pika.exceptions.NackError)
                print("command not taken, tried again soon:", "nacked" if nacked else "returned", file=sys.stderr)
                return
            sent.add(command)

    def _store(self, body):
        try:
            event, text = json.loads(body), body.decode()
            data = event["data"]
            with self.db:
                if "sequence" in event:
                    self.db.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?)", (
                        str(event["id"]), str(event["sequence"]), str(event["subject"]), int(event["recordversion"]), str(event["type"]), text))
                elif event["type"] == DOMAIN + "command.answered.v1":
                    self.db.execute("UPDATE command SET answer = ? WHERE id = ?", (text, str(data["commandId"])))
                elif event["type"] == DOMAIN + "message.rejected.v1":
                    print("rejected:", data["pointer"], data["reason"], file=sys.stderr)
                    self.db.execute("UPDATE command SET answer = ? WHERE id = ?", (text, str(data.get("messageId"))))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as fault:
            # It is acknowledged all the same: else it would come back for ever.
            print("message skipped, it cannot be read:", type(fault).__name__, file=sys.stderr)

    def gaps(self):
        """Records of which a version is lacking, as a later one shows."""
        return [row[0] for row in self.db.execute("SELECT record FROM event GROUP BY record HAVING count(*) < max(version)")]

    def behind(self):
        """Records of which the last version is lacking, as only the platform can tell."""
        have = dict(self.db.execute("SELECT record, max(version) FROM event GROUP BY record"))
        return [record["id"] for record in json.loads(self._get("digest"))["records"] if have.get(record["id"], 0) < record["version"]]

    def follow(self, done, feed=False, settled=False):
        """Sends what is open and stores what arrives, over any number of lost connections, until done() is true."""
        broker = pika.URLParameters(self.account["amqp"]["uri"])
        broker.credentials = pika.PlainCredentials(self.account["amqp"]["user"], self.account["amqp"]["password"])
        broker.heartbeat = 10
        while True:
            try:
                connection = pika.BlockingConnection(broker)
                try:
                    return self._listen(connection, done, feed, settled)
                finally:
                    if connection.is_open:
                        connection.close()
            except LOST as lost:
                # Whatever it is, a broker that starts again among it: begin anew. No message of these holds a secret.
                print("connection lost:", repr(lost), file=sys.stderr)
                time.sleep(0.5)

    def _listen(self, connection, done, feed, settled):
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_qos(prefetch_count=100)
        inbox = f"partner.{self.id}.inbox"
        channel.queue_declare(inbox, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(inbox, "training.events", f"{self.id}.#")
        if feed:
            self.rebuild()  # after the queue is bound, so that nothing falls between the two
        sent = set()
        self._send(channel, sent)
        for method, _, body in channel.consume(inbox, inactivity_timeout=QUIET):
            if method is not None:
                self._store(body)
                channel.basic_ack(method.delivery_tag)
                continue
            # It is quiet: now is the time to look whether anything is lacking.
            if self.open_commands("request-replay.v1") == 0:
                for record in self.gaps() or (self.behind() if settled else []):
                    self.ask("request-replay.v1", {"recordId": record})
            if done():
                return
            self._send(channel, sent)
        raise pika.exceptions.ConsumerCancelled()  # by the broker

    def rebuild(self):
        """Fills the copy from the feed, an empty one from the start: the same bytes as over the broker."""
        after, decoder = self.db.execute("SELECT coalesce(max(sequence), '0') FROM event").fetchone()[0], json.JSONDecoder()
        while (page := self._get(f"events?after={int(after)}")) != "[]":
            at = 0
            while page[at] in "[,":
                event, end = decoder.raw_decode(page, at + 1)
                self._store(page[at + 1:end].encode())
                at, after = end, event["sequence"]

    def digest(self):
        # Counted: versions have no gap, so a digest that is right shows that none is lacking.
        lines = self.db.execute("SELECT record || ' ' || count(*) || char(10) FROM event GROUP BY record ORDER BY record")
        return hashlib.sha256("".join(line for (line,) in lines).encode("ascii")).hexdigest()

    def whole(self):
        return self.digest() == json.loads(self._get("digest"))["sha256"]

    def _get(self, path):
        oauth = self.account["oAuth"]
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": oauth["clientId"], "client_secret": oauth["clientSecret"]})
        with urllib.request.urlopen(oauth["tokenUrl"], form.encode(), timeout=30) as answer:
            token = json.load(answer)["access_token"]
        request = urllib.request.Request(urllib.parse.urljoin(self.account["enrollmentUrl"], path), headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("account", type=argparse.FileType(encoding="utf-8"))
    arguments.add_argument("copy")
    verbs = arguments.add_subparsers(dest="verb", required=True)
    verbs.add_parser("apply").add_argument("applications", type=argparse.FileType(encoding="utf-8"))
    verbs.add_parser("follow").add_argument("--settled", action="store_true")
    verbs.add_parser("verify")
    verbs.add_parser("digest")
    asked = arguments.parse_args()
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # we say ourselves what is lost
    partner = Partner(json.load(asked.account), asked.copy)
    if asked.verb == "digest":
        print(partner.digest())
        return 0
    if asked.verb == "apply":
        for application in json.load(asked.applications):
            partner.ask("apply-for-training.v1", application, reference=application["applicationRef"])
        partner.follow(lambda: partner.open_commands() == 0)
    elif asked.verb == "follow":
        partner.follow(lambda: asked.settled and partner.open_commands() == 0 and partner.whole(), feed=True, settled=asked.settled)
    whole = partner.whole()
    events, records = partner.db.execute("SELECT count(*), count(DISTINCT record) FROM event").fetchone()
    print(f"{records} records, {events} events, digest {partner.digest()}: {'whole' if whole else 'not whole yet'}")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
