#!/usr/bin/env python3
"""Makes a partner a witness: keeps each signed checkpoint of the plan's ledgers where nobody of the plan can reach it.

    witness.py ACCOUNT.json FOLDER

FOLDER then holds SERVICE.checkpoints and SERVICE.vkey for each service. Whoever audits the plan runs
`./platform audit verify --witness FOLDER` with a copy of it. It runs until it is stopped, over any number of lost
connections. Where a service comes with another key than the first, it ends with 1 and leaves that message in the queue:
compare the keys with what the plan publishes. Needs Python 3.11 and pika.
"""
import json
import os
import pathlib
import re
import sys
import time

try:
    import pika
    import pika.exceptions
except ImportError:
    sys.exit("This Python has no pika: apt-get install python3-pika (for /usr/bin/python3), or pip install pika.")

CHECKPOINT = "ledger.checkpoint-signed.v1"


def keep(folder, service, note, key):
    if not re.fullmatch("[a-z]+", service):
        sys.exit(f"ALARM: '{service}' is no service.")
    kept, notes = folder / f"{service}.vkey", folder / f"{service}.checkpoints"
    if not kept.exists():
        kept.write_text(key + "\n", "utf-8")
    if kept.read_text("utf-8").strip() != key:
        sys.exit(f"ALARM: the ledger of {service} is now signed with {key}, and was with {kept.read_text('utf-8').strip()}.")
    with notes.open("a+", encoding="utf-8", newline="\n") as file:
        file.seek(0)
        if note not in file.read():
            file.write(note)
            file.flush()
            os.fsync(file.fileno())


def listen(account, folder):
    amqp = account["amqp"]
    broker = pika.URLParameters(amqp["uri"])
    broker.credentials = pika.PlainCredentials(amqp["user"], amqp["password"])
    with pika.BlockingConnection(broker) as connection:
        channel, queue = connection.channel(), f"partner.{account['partner']}.witness"
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(queue, "training.notices", CHECKPOINT)
        for method, _, body in channel.consume(queue):
            data = json.loads(body)["data"]
            keep(folder, data["service"], data["note"], data["key"])
            channel.basic_ack(method.delivery_tag)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    account, folder = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8")), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            listen(account, folder)
        except (pika.exceptions.AMQPError, OSError) as lost:
            print("connection lost:", repr(lost), file=sys.stderr)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
