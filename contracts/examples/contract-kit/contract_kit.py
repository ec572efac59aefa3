#!/usr/bin/env python3
"""Tells a partner whether its program keeps the contract, without our platform: the kit plays the platform.

    export PARTNER_PASSWORD=... KIT_PASSWORD=...
    contract_kit.py --broker amqp://KIT@127.0.0.1:5672/contract-kit --partner your-id \\
        --consumer 'python3 partner.py {account} {copy} follow' --digest 'python3 partner.py {account} {copy} digest' \\
        --apply 'python3 partner.py {account} {copy} apply {applications}'

It needs a RabbitMQ with a virtual host of its own, which it may use as it likes, and a user there that is named like the
partner (the broker checks the property user_id). The kit starts the program with an account file of the shape that
`./platform partner add` gives, sends every golden message, twice, out of order, with what nobody knows yet, breaks the
connection, kills the program, and says in words what was wrong.

    --consumer   follows the events until it is killed. It runs without a shell; {account} and {copy} are paths
    --digest     prints the digest of the copy as docs/partners.md defines it, from the copy alone
    --apply      sends the applications in a JSON list, each the data of an apply-for-training.v1, until they are answered

Ends with 0 if nothing was wrong, 1 if something was, 2 if it could not be found out. Needs Python 3.11 and pika.
"""
import argparse
import json
import signal
import sys

import pika.exceptions

from checks import CHECKS
from kit import Kit, NotRun, Unable, Wrong


def run(kit, only):
    """Yields each check with its outcome."""
    kit.open()
    try:
        with kit.following():  # What an earlier run left is emptied by this.
            pass
    except Wrong as wrong:
        raise Unable(f"Your program does not start. {wrong} Its last words: {' / '.join(kit.last_words()) or 'none'}") from None
    for check, function in CHECKS.items():
        if only and check not in only:
            continue
        result = {"check": check, "expected": function.__doc__, "result": "ok", "says": None, "lastWords": []}
        try:
            function(kit)
        except NotRun as left_out:
            result |= {"result": "not run", "says": str(left_out)}
        except Wrong as wrong:
            result |= {"result": "wrong", "says": str(wrong), "lastWords": kit.last_words()}
        yield result


def show(result):
    colour = {"ok": "32", "wrong": "31", "not run": "33"}[result["result"]]
    word = f"{result['result'].upper() if result['result'] == 'wrong' else result['result']:8}"
    print(f"\033[{colour}m{word}\033[0m" if sys.stdout.isatty() else word, f"{result['check']:16}", result["expected"])
    for line in [result["says"]] * bool(result["says"]) + [f"| {line}" for line in result["lastWords"]]:
        print(" " * 8, line, flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("broker", "partner", "consumer", "digest"):
        arguments.add_argument(f"--{option}", required=True)
    arguments.add_argument("--apply")
    arguments.add_argument("--only", action="append", choices=CHECKS, help="may be given several times")
    arguments.add_argument("--patience", type=float, default=20, help="how many seconds to wait for anything (20)")
    arguments.add_argument("--json", action="store_true", help="the outcome for machines")
    options = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    results = []
    try:
        with Kit(options) as kit:
            for result in run(kit, options.only):
                results.append(result)
                if not options.json:
                    show(result)
    except (Unable, pika.exceptions.AMQPError) as unable:
        print(f"The kit could not run: {unable or type(unable).__name__}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps({"partner": options.partner, "checks": results}, ensure_ascii=False, indent=2))
    return int(any(result["result"] == "wrong" for result in results))


if __name__ == "__main__":
    sys.exit(main())
