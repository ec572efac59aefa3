"""The stage of a check: the platform as the kit plays it, the partner's program, and what both have done."""
import collections
import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
import uuid

import pika
import pika.exceptions

import history
from history import GOLDENS, SCHEMAS, History, answer, fault, from_platform, name, newest, raw, replayed
from web import Web
from wire import Wire

LARGEST = 64 * 1024
STARTS = 30  # Seconds that a program may take to start, however impatient the checks are.
SECRETS = ("PARTNER_PASSWORD", "KIT_PASSWORD")


class Wrong(Exception):
    """What the program did wrong, in a sentence to act on."""


class NotRun(Exception):
    """Why a check was left out."""


class Unable(Exception):
    """Why nothing can be said at all."""


class Kit:
    def __init__(self, options):
        self.options, self.partner, self.patience = options, options.partner, options.patience
        self.process, self.connection, self.folder = None, None, pathlib.Path(tempfile.mkdtemp(prefix="contract-kit-"))
        self.fresh()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        if self.connection and self.connection.is_open:
            self.connection.close()
        shutil.rmtree(self.folder)

    # --- the platform -----------------------------------------------------------------------------------------------

    def open(self):
        """Takes the platform's place at the broker, and writes the partner's account."""
        broker = urllib.parse.urlsplit(self.options.broker)
        if broker.scheme != "amqp" or not broker.hostname or broker.password:
            raise Unable(f"--broker is amqp://USER@HOST:PORT/VHOST; passwords are taken from {' and '.join(SECRETS)} of the environment.")
        user = urllib.parse.unquote(broker.username or self.partner)
        own = os.environ.get(SECRETS[user != self.partner])
        if not own or not os.environ.get(SECRETS[0]):
            raise Unable(f"The environment needs PARTNER_PASSWORD, that of {self.partner}, and KIT_PASSWORD, that of the kit's own user.")
        vhost, port = urllib.parse.unquote(broker.path[1:]) or "/", broker.port or 5672
        try:
            self.connection = pika.BlockingConnection(pika.ConnectionParameters(
                broker.hostname, port, vhost, pika.PlainCredentials(user, own), heartbeat=0, socket_timeout=10))
        except (pika.exceptions.AMQPError, OSError) as refused:
            raise Unable(f"The broker at {broker.hostname}:{port} is not there, or does not let {user} into the virtual host {vhost}: "
                         f"{type(refused).__name__} {refused}") from None
        with contextlib.suppress(pika.exceptions.ChannelClosedByBroker):
            self.connection.channel().queue_declare("enrollment.partner-commands", passive=True)
            raise Unable(f"In the virtual host {vhost} there is a platform already: give the kit one of its own.")
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        for exchange in ("training.events", "training.commands", "training.notices"):
            self.channel.exchange_declare(exchange, "topic", durable=True)
        # What comes is read on the wire; the queue is there so that nothing is returned.
        sink = self.channel.queue_declare("", exclusive=True, arguments={"x-max-length": 1}).method.queue
        self.channel.queue_bind(sink, "training.commands", "partner.#")
        self.wire, self.web = Wire(broker.hostname, port), Web(self)
        account = {
            "partner": self.partner, "created": True, "repaired": [],
            "amqp": {"uri": f"amqp://127.0.0.1:{self.wire.port}/{urllib.parse.quote(vhost, safe='')}",
                     "user": self.partner, "password": os.environ[SECRETS[0]]},
            "oAuth": {"tokenUrl": f"{self.web.url}connect/token", "clientId": self.partner, "clientSecret": self.web.secret},
            "enrollmentUrl": self.web.url}
        (self.folder / "account.json").write_text(json.dumps(account), "utf-8")  # In a folder that only we can read.

    def publish(self, *messages, label=None, optional=False):
        for message in messages:
            schema = SCHEMAS.get(history.stem(message))
            if schema and (broken := fault(message, schema)):
                raise Unable(f"The kit's own {name(message)} is wrong at {broken[0]}: {broken[1]}.")
            exchange, key = ("training.notices", name(message)) if history.for_all(message) else ("training.events", f"{self.partner}.{name(message)}")
            try:
                self.channel.basic_publish(
                    exchange, key, raw(message), mandatory=True, properties=pika.BasicProperties(
                        message_id=message["id"], type=message["type"], content_type="application/cloudevents+json; charset=utf-8", delivery_mode=2))
            except pika.exceptions.UnroutableError:
                if optional:
                    continue
                raise Wrong(f"No queue takes {key} from {exchange}: bind yours with {self.partner}.# "
                            "before you read it, and declare it durable, so that it is there while you are not.") from None
            self.sent[message["id"]] += 1
            of_record = f" (version {message['recordversion']} of record {message['subject']})" if "subject" in message else ""
            self.labels[message["id"]] = (label or name(message), of_record)

    def play(self):
        """The platform's turn: reads and answers what the program sent."""
        while self.read < len(self.wire.commands):
            command = self.wire.commands[self.read]
            self.read += 1
            self.judge(command)
            self.unanswered.append(json.loads(command.body))
        while self.unanswered and not self.silent:
            self.reply(self.unanswered.pop(0))

    def judge(self, command):
        """Finds the first fault of a command, as the platform does."""
        wanted = command.key.removeprefix(f"partner.{self.partner}.")
        if command.exchange != "training.commands":
            raise Wrong(f"You sent a message to the exchange '{command.exchange}': commands go to training.commands.")
        known = [key.rpartition(".")[0] for key, golden in GOLDENS.items() if golden not in from_platform()]
        if wanted == command.key or wanted not in known:
            raise Wrong(f"You sent a command with the routing key {command.key}: it must be partner.{self.partner}.COMMAND, "
                        f"and the commands are {', '.join(known)}.")
        if command.properties.user_id != self.partner:
            raise Wrong(f"Your {wanted} has the property user_id {command.properties.user_id!r}: set it to {self.partner!r}.")
        if not (command.properties.content_type or "").startswith("application/cloudevents+json"):
            raise Wrong(f"Your {wanted} has the content type {command.properties.content_type!r}: it must be application/cloudevents+json.")
        if len(command.body) > LARGEST:
            raise Wrong(f"Your {wanted} has {len(command.body)} bytes: at most {LARGEST} are taken.")
        try:
            body = json.loads(command.body)
        except ValueError:
            raise Wrong(f"Your {wanted} is not JSON in UTF-8.") from None
        if broken := fault(body, newest(wanted, SCHEMAS)):
            raise Wrong(f"Your {wanted} is wrong at '{broken[0]}': {broken[1]}.")

    def reply(self, command):
        id, data = command["id"], command["data"]
        if id not in self.answers:
            outcome = {"outcome": "accepted"}
            if name(command) == "request-replay.v1":
                again = [event for event in self.history.events if covers(data, event)]
                self.publish(*map(replayed, again))
                outcome["eventsSent"] = len(again)
            elif name(command) == "apply-for-training.v1":
                golden = newest(history.RECORD + "application-submitted.v1")
                event = self.history.happen(str(uuid.uuid4()), golden, applicationRef=data["applicationRef"])
                self.publish(event)
                outcome |= {"recordId": event["subject"], "recordVersion": 1}
            else:
                outcome = {"outcome": "refused", "code": "unknown", "reason": "There is no such record of this partner."}
            self.answers[id] = answer("command.answered.v1", id, commandId=id, command=name(command), **outcome)
        self.publish(self.answers[id])

    # --- the partner's program --------------------------------------------------------------------------------------

    def command(self, line):
        paths = {part: str(self.folder / part) for part in ("account.json", "copy", "applications.json")}
        for part, path in paths.items():
            line = line.replace(f"{{{part.removesuffix('.json')}}}", shlex.quote(path))
        environment = {key: value for key, value in os.environ.items() if key not in SECRETS}
        return {"args": shlex.split(line), "env": environment, "start_new_session": True}

    def start(self, line):
        with open(self.folder / "said", "ab") as said:
            try:
                self.process = subprocess.Popen(**self.command(line), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
            except OSError as missing:
                raise Unable(f"Your program cannot be started: {missing}") from None

    def kill(self):
        """Kills the program with all that it started: they are a process group of their own."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return True

    def end(self):
        if self.process:
            self.kill()
            self.process.wait()
            self.process = None

    def last_words(self):
        said = self.folder / "said"
        return said.read_text("utf-8", "replace").splitlines()[-6:] if said.exists() else []

    def digest(self):
        try:
            ran = subprocess.run(**self.command(self.options.digest), stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired) as failed:
            raise Unable(f"Your digest program cannot be run: {failed}") from None
        printed = ran.stdout.decode("utf-8", "replace").strip()
        if ran.returncode or not re.fullmatch("[0-9a-f]{64}", printed):
            complaint = ran.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise Wrong(f"Your digest program must print 64 hexadecimal digits in lower case and end with 0: it ended with {ran.returncode} "
                        f"and printed {printed[:80]!r} {' '.join(complaint)}".rstrip() + ".")
        return printed

    # --- waiting ----------------------------------------------------------------------------------------------------

    def until(self, condition, complaint, mortal=False, patience=None):
        """Plays the platform until something holds; patience, and a program that ends, end it with the complaint."""
        patience = patience or self.patience
        end = time.monotonic() + patience
        while True:
            dead = not mortal and self.process and self.process.poll() is not None
            self.play()
            if condition():
                return
            if dead:
                raise Wrong(f"Your program ended by itself (exit code {self.process.returncode}). {complaint()}")
            if time.monotonic() > end:
                says = [f"The broker said to you: {said}." for said in self.wire.complaints[-1:]]
                raise Wrong(" ".join([f"After {patience:g} s: {complaint()}", *says]))
            with self.wire.news:
                self.wire.news.wait(0.1)  # Until something passes on the wire; a process that ends says nothing there.

    def open_messages(self):
        return [id for id, times in self.sent.items() if self.wire.acknowledged[id] < times]

    def described(self, id):
        return "".join(self.labels[id])

    def never_acknowledged(self):
        return f"You have acknowledged {self.wire.acknowledged.total()} of {self.sent.total()} messages."

    def acknowledged(self):
        def complaint():
            first, *others = self.open_messages()
            back = " You gave it back (nack or reject): acknowledge also what you cannot use." if self.wire.returned[first] else ""
            return f"You have not acknowledged {self.described(first)}{f' and {len(others)} more' if others else ''}.{back}"
        self.until(lambda: not self.open_messages(), complaint)

    def right(self, lesson):
        """Waits until the digest of the copy is that of the history."""
        found = []
        def is_right():
            found[:] = [self.digest()]
            return found[0] == self.history.digest()
        def complaint():
            copied = self.history.behind(found[0])
            what = "it fits nothing that was sent" if copied is None else " and ".join(self.difference(copied)[:3])
            return f"{lesson} The digest of your copy is {found[0][:8]}… and should be {self.history.digest()[:8]}…: {what}."
        self.until(is_right, complaint)

    def difference(self, copied):
        """In which records a copy is wrong."""
        return [
            f"record {record} has version {copied[record]} instead of {event['recordversion']}, {self.labels.get(event['id'], ['?'])[0]}"
            for record in copied for event in self.history.events
            if (event["subject"], event["recordversion"]) == (record, self.history.versions[record]) and copied[record] != event["recordversion"]]

    def idle(self):
        """Waits until nobody reads the program's queues; says which are gone."""
        gone = []
        for queue in self.wire.queues:
            def unread():
                channel = self.connection.channel()
                try:
                    readers = channel.queue_declare(queue, passive=True).method.consumer_count
                except pika.exceptions.ChannelClosedByBroker as closed:
                    if closed.reply_code == 404:
                        gone.append(queue)
                    return closed.reply_code == 404  # 405: exclusive, and its connection is not closed yet.
                channel.close()
                return readers == 0
            self.until(unread, lambda: f"Queue {queue} is still read, though your program has gone: does it connect to amqp.uri of the account?", mortal=True)
        return gone

    @contextlib.contextmanager
    def following(self, line=None):
        """Lets the program run with an empty copy, and leaves nothing in its queues."""
        self.fresh()
        self.wire.forget()
        for left in self.folder.glob("copy*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        (self.folder / "said").write_bytes(b"")
        self.start(line or self.options.consumer)
        try:
            if not line:
                self.until(lambda: self.wire.listening, lambda: "It has not begun to read a queue of the broker in amqp.uri of the account.",
                           patience=max(self.patience, STARTS))
            yield
        finally:
            self.end()
            self.wire.open = True
            for queue in self.wire.queues - set(self.idle()):
                # What the program declares it declares again, then with its bindings and arguments of that day.
                if queue in self.wire.declared:
                    self.connection.channel().queue_delete(queue)
                else:
                    self.connection.channel().queue_purge(queue)

    def fresh(self):
        self.history, self.sent, self.labels, self.answers = History(), collections.Counter(), {}, {}
        self.read, self.unanswered, self.silent, self.fed = 0, [], False, set()


def covers(asked, event):
    """Whether a request-replay.v1 asks for an event."""
    return (int(event["sequence"]) > asked.get("afterSequence", 0) and asked.get("recordId", event["subject"]).lower() == event["subject"]
            and ("since" not in asked or instant(event["recordedtime"]) >= instant(asked["since"])))


def instant(text):
    return history.datetime.datetime.fromisoformat(text)
