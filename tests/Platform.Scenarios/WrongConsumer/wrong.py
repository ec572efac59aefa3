"""Our Python client with one fault (but for ReadsTheFeedForGaps), which the contract kit must find: wrong.py FAULT ACCOUNT COPY VERB [APPLICATIONS]."""
import json
import pathlib
import sys
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "contracts" / "examples" / "python"))
import partner
import pika
from pika.adapters.blocking_connection import BlockingChannel


class Sound(partner.Partner):
    def last(self, record):
        return self.db.execute("SELECT coalesce(max(version), 0) FROM event WHERE record = ?", (record,)).fetchone()[0]

    def publish(self, channel, key, body, user=None, kind="application/cloudevents+json"):
        channel.basic_publish("training.commands", key, body, properties=pika.BasicProperties(user_id=user, content_type=kind))


class NeedsEveryField(Sound):
    def _store(self, body):
        event = json.loads(body)
        if event["type"].endswith("learner-withdrew.v1"):
            event["data"]["cohortId"]
        super()._store(body)


class BindsTooLittle(Sound):
    def _listen(self, *asked):
        bind = BlockingChannel.queue_bind
        BlockingChannel.queue_bind = lambda channel, queue, exchange, key: bind(channel, queue, exchange, f"{self.id}.training-record.#")
        return super()._listen(*asked)


class CountsDuplicates(Sound):
    def _store(self, body):
        super()._store(body)
        with self.db:
            self.db.execute("CREATE TABLE IF NOT EXISTS arrival (record TEXT)")
            self.db.execute("INSERT INTO arrival VALUES (?)", (json.loads(body).get("subject"),))

    def digest(self):
        lines = self.db.execute("SELECT record || ' ' || count(*) || char(10) FROM arrival GROUP BY record ORDER BY record")
        return partner.hashlib.sha256("".join(line for (line,) in lines).encode()).hexdigest()


class DropsWhatComesEarly(Sound):
    def _store(self, body):
        event = json.loads(body)
        if event.get("recordversion", 1) <= self.last(event.get("subject")) + 1:
            super()._store(body)

    def gaps(self):
        return []


class CrashesAtNewFields(Sound):
    def _store(self, body):
        if new := set(json.loads(body)["data"]) & {"note", "room"}:
            raise TypeError(f"unexpected {new}")
        super()._store(body)


class CrashesAtNewTypes(Sound):
    def _store(self, body):
        if "seat-swapped" in json.loads(body)["type"]:
            raise KeyError(json.loads(body)["type"])
        super()._store(body)


class SkipsNewTypes(Sound):
    def _store(self, body):
        if "seat-swapped" not in json.loads(body)["type"]:
            super()._store(body)


class NeverAsks(Sound):
    def gaps(self):
        return []


class AsksForAnotherRecord(Sound):
    def gaps(self):
        return [str(uuid.uuid4()) for _ in super().gaps()]


class ReadsTheFeedForGaps(Sound):
    """Is right: there are two ways to ask."""

    def gaps(self):
        if super().gaps():
            for event in json.loads(self._get("events?after=0")):
                self._store(json.dumps(event).encode())
        return []


class EndsWithItsConnection(Sound):
    def follow(self, *asked, **more):
        partner.time.sleep = lambda _: sys.exit(1)  # the pause before it begins anew
        super().follow(*asked, **more)


class ReadsAQueueThatGoes(Sound):
    def _listen(self, *asked):
        declare = BlockingChannel.queue_declare
        BlockingChannel.queue_declare = lambda channel, queue, **_: declare(channel, queue, auto_delete=True)
        return super()._listen(*asked)


class AcknowledgesFirst(Sound):
    """Stores when it is quiet, in one go."""
    waiting = []

    def _store(self, body):
        self.waiting.append(body)

    def gaps(self):
        while self.waiting:
            super()._store(self.waiting.pop(0))
        return super().gaps()


class AcknowledgesByItself(AcknowledgesFirst):
    def _listen(self, connection, *asked):
        consume = BlockingChannel.consume
        BlockingChannel.consume = lambda channel, queue, **more: consume(channel, queue, auto_ack=True, **more)
        BlockingChannel.basic_ack = lambda *_: None
        return super()._listen(connection, *asked)


class AsksAgainWithANewId(Sound):
    def _send(self, channel, sent):
        for (id,) in self.db.execute("SELECT id FROM command WHERE answer IS NULL").fetchall():
            with self.db:
                self.db.execute("UPDATE command SET body = replace(body, id, ?1), id = ?1 WHERE id = ?2", (str(uuid.uuid4()), id))
        super()._send(channel, sent)


class NeverSendsAgain(Sound):
    sent = set()

    def _send(self, channel, _):
        super()._send(channel, self.sent)


class Sends(Sound):
    """Sends one thing in place of its commands."""

    def _send(self, channel, sent):
        for id, body in self.db.execute("SELECT id, body FROM command").fetchall():
            if id not in sent:
                self.send(channel, f"partner.{self.id}.apply-for-training.v1", json.loads(body))
                sent.add(id)


class SendsWithAWrongKey(Sends):
    def send(self, channel, key, body):
        self.publish(channel, key.removesuffix(".v1"), json.dumps(body), self.id)


class SendsWithoutItsName(Sends):
    def send(self, channel, key, body):
        self.publish(channel, key, json.dumps(body))


class SendsMalformed(Sends):
    def send(self, channel, key, body):
        body["data"]["appliedOn"] = "1 September 2026"
        self.publish(channel, key, json.dumps(body), self.id)


class SendsTooMuch(Sends):
    def send(self, channel, key, body):
        self.publish(channel, key, json.dumps(body | {"comment": "x" * 64 * 1024}), self.id)


class DoesNotStart(Sound):
    def rebuild(self):
        sys.exit("there is no such thing as a Tuesday")


class Digests(Sound):
    def digest(self):
        return "none"


if __name__ == "__main__":
    partner.Partner = globals()[sys.argv.pop(1)]
    sys.exit(partner.main())
