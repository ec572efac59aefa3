#!/usr/bin/env python3
"""A partner's client in one file: it applies, follows its learners, and keeps a copy that it can prove whole.

    partner.py ACCOUNT.json COPY.db apply APPLICATIONS.json    sends applications, and follows until each is answered
    partner.py ACCOUNT.json COPY.db follow [--settled]         keeps the copy; --settled: until it equals the platform's
    partner.py ACCOUNT.json COPY.db verify                     compares the copy's digest with the platform's
    partner.py ACCOUNT.json COPY.db digest                     prints the copy's digest

ACCOUNT.json is what `./platform partner add ID --json` prints. Delivery is at least once and a connection may go at any
moment, so: what is sent is stored first and sent again with the same id until it is answered, what arrives is stored
before it is acknowledged, and the record's version shows what is lacking. Needs Python 3.11 and pika.
"""
import argparse
import hashlib
import json
import sqlite3
import sys
import time
import urllib.parse
import urllib.request
import uuid

import pika
import pika.exceptions

DOMAIN = "org.tremplin.training."
LOST = (pika.exceptions.AMQPError, OSError)

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

    # --- commands -------------------------------------------------------------------------------------------------

    def ask(self, name, data, reference=None):
        """Stores a command; it is sent, and sent again, until it is answered."""
        command = str(uuid.uuid4())
        body = json.dumps({"specversion": "1.0", "id": command, "source": f"/{self.id}", "type": DOMAIN + name, "data": data})
        with self.db:
            self.db.execute("INSERT OR IGNORE INTO command (id, name, reference, body) VALUES (?, ?, ?, ?)", (command, name, reference, body))

    def open_commands(self):
        return self.db.execute("SELECT count(*) FROM command WHERE answer IS NULL").fetchone()[0]

    def _send(self, channel, sent):
        for command, name, body in self.db.execute("SELECT id, name, body FROM command WHERE answer IS NULL").fetchall():
            if command not in sent:
                channel.basic_publish(
                    "training.commands", f"partner.{self.id}.{name}", body.encode(), mandatory=True,
                    properties=pika.BasicProperties(user_id=self.id, delivery_mode=2, content_type="application/cloudevents+json"))
                sent.add(command)

    # --- events ---------------------------------------------------------------------------------------------------

    def _store(self, body):
        event = json.loads(body)
        data = event["data"]
        with self.db:
            if "sequence" in event:
                self.db.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?)", (
                    event["id"], event["sequence"], event["subject"], event["recordversion"], event["type"], body.decode()))
            elif event["type"] == DOMAIN + "command.answered.v1":
                # What is lacking then is asked for anew.
                self.db.execute("UPDATE command SET answer = ?, reference = iif(name LIKE 'request-replay.%', NULL, reference) WHERE id = ?",
                                (body.decode(), data["commandId"]))
            elif event["type"] == DOMAIN + "message.rejected.v1":
                print("rejected:", data["pointer"], data["reason"], file=sys.stderr)
                self.db.execute("UPDATE command SET answer = ? WHERE id = ?", (body.decode(), data.get("messageId")))

    def gaps(self):
        """Records of which a version is lacking."""
        return [row[0] for row in self.db.execute("SELECT record FROM event GROUP BY record HAVING count(*) < max(version)")]

    def follow(self, done, patience=2.0):
        """Sends what is open and stores what arrives, over any number of lost connections, until done() is true."""
        while True:
            try:
                connection = pika.BlockingConnection(pika.URLParameters(self._amqp()))
                try:
                    if self._listen(connection, done, patience):
                        return
                finally:
                    if connection.is_open:
                        connection.close()
            except LOST as lost:
                print("connection lost:", type(lost).__name__, file=sys.stderr)
                time.sleep(0.5)

    def _listen(self, connection, done, patience):
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_qos(prefetch_count=100)
        inbox = f"partner.{self.id}.inbox"
        channel.queue_declare(inbox, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(inbox, "training.events", f"{self.id}.#")
        sent = set()
        self._send(channel, sent)
        for method, _, body in channel.consume(inbox, inactivity_timeout=patience):
            if method is not None:
                self._store(body)
                channel.basic_ack(method.delivery_tag)
                continue
            # It is quiet: now is the time to look whether anything is lacking.
            for record in self.gaps():
                self.ask("request-replay.v1", {"recordId": record}, reference=f"gap {record}")
            if done():
                return True
            self._send(channel, sent)
        return False

    def _amqp(self):
        address = urllib.parse.urlsplit(self.account["amqp"]["uri"])
        user, password = (urllib.parse.quote(self.account["amqp"][part], safe="") for part in ("user", "password"))
        return f"{address.scheme}://{user}:{password}@{address.hostname}:{address.port or 5672}/{address.path.lstrip('/') or '%2F'}?heartbeat=10"

    # --- proof ----------------------------------------------------------------------------------------------------

    def rebuild(self):
        """Fills an empty copy from the feed: the same bytes as over the broker."""
        after = self.db.execute("SELECT coalesce(max(sequence), '0') FROM event").fetchone()[0]
        while page := self._get(f"events?after={int(after)}"):
            for event in page:
                self._store(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode())
            after = page[-1]["sequence"]

    def digest(self):
        lines = self.db.execute("SELECT record || ' ' || max(version) || char(10) FROM event GROUP BY record ORDER BY record")
        return hashlib.sha256("".join(line for (line,) in lines).encode("ascii")).hexdigest()

    def whole(self):
        return not self.gaps() and self.digest() == self._get("digest")["sha256"]

    def _get(self, path):
        oauth = self.account["oAuth"]
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": oauth["clientId"], "client_secret": oauth["clientSecret"]})
        with urllib.request.urlopen(oauth["tokenUrl"], form.encode()) as answer:
            token = json.load(answer)["access_token"]
        request = urllib.request.Request(urllib.parse.urljoin(self.account["enrollmentUrl"], path), headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("account")
    arguments.add_argument("copy")
    arguments.add_argument("verb", choices=["apply", "follow", "verify", "digest"])
    arguments.add_argument("applications", nargs="?")
    arguments.add_argument("--settled", action="store_true")
    asked = arguments.parse_args()
    with open(asked.account, encoding="utf-8") as file:
        partner = Partner(json.load(file), asked.copy)
    if asked.verb == "digest":
        print(partner.digest())
        return 0
    if asked.verb == "apply":
        with open(asked.applications, encoding="utf-8") as file:
            for application in json.load(file):
                partner.ask("apply-for-training.v1", application, reference=application["applicationRef"])
        partner.follow(lambda: partner.open_commands() == 0)
    elif asked.verb == "follow":
        partner.rebuild()
        partner.follow(lambda: asked.settled and partner.open_commands() == 0 and partner.whole())
    whole = partner.whole()
    events, records = partner.db.execute("SELECT count(*), count(DISTINCT record) FROM event").fetchone()
    print(f"{records} records, {events} events, digest {partner.digest()}: {'whole' if whole else 'not whole yet'}")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
