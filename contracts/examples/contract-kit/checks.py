"""The checks. What is expected is said in the first line of each."""
import json

import history
from history import DOMAIN, STORIES, answer, bare, from_platform, name, newest, replayed
from kit import NotRun, Wrong


def every_message(kit):
    """Every golden message is acknowledged, and the copy holds what it says."""
    with kit.following():
        for story in STORIES:
            kit.publish(*kit.history.tell(*story))
        told = {history.stem(event) for event in kit.history.events}
        [record, *_] = kit.history.versions
        for golden in from_platform():
            if "subject" not in golden:
                needless = history.for_all(golden)  # Nobody has to bind to what is for all.
                kit.publish(golden | {"id": answer(name(golden), "golden")["id"]}, label=f"the golden {name(golden)}", optional=needless)
                kit.publish(bare(golden) | {"id": answer(name(golden), "bare")["id"]}, label=f"{name(golden)} without what may be absent", optional=needless)
            elif history.stem(golden) not in told:
                kit.publish(kit.history.happen(record, golden))
            if "subject" in golden and bare(golden) != golden:
                kit.publish(kit.history.happen(record, bare(golden)), label=f"{name(golden)} without what may be absent")
        kit.acknowledged()
        kit.right("You acknowledged every message.")


def duplicates(kit):
    """A message that comes again, as it was or as a replay, changes nothing."""
    with kit.following():
        events = kit.history.tell(*STORIES[0][:4]) + kit.history.tell(*STORIES[6])
        for again, how in ((events, "once"), (events, "twice"), (map(replayed, events), 'a third time, with "replay":true')):
            kit.publish(*again)
            kit.acknowledged()
            kit.right(f"The same events came {how}. Ignore an id that you have, and take the greatest recordversion as the record's.")


def order(kit):
    """Later versions that come before earlier ones, of several records in turn, are all kept."""
    with kit.following():
        one, other = kit.history.tell(*STORIES[0][:5]), kit.history.tell(*STORIES[1][:5])
        for version in (3, 1, 5, 2, 4):
            kit.publish(one[version - 1], other[5 - version])
        kit.acknowledged()
        kit.right("Later versions came before earlier ones. Keep each, whichever comes first, and let no earlier one replace a later.")


def unknown(kit):
    """Fields and types that are not known yet are acknowledged, and recordversion counts all the same."""
    confirmed = newest(history.RECORD + "seat-confirmed.v1")

    def typed(wanted):
        return {"type": DOMAIN + wanted, "dataschema": f"urn:tremplin:schema:{wanted}.0"}

    with kit.following():
        for label, changes, data in (
            ("an event with an extension attribute that is not known", {"partnerregion": "north"}, {}),
            ("an event with an extension attribute that is not known, a number", {"partnerpriority": 3}, {}),
            ("an event with a text in data that is not known, beyond ASCII", {}, {"note": "déjà vu"}),
            ("an event with an object in data that is not known", {}, {"room": {"name": "B", "rows": [{"seats": 12}, None]}}),
            ("an event of a type that is not known, seat-swapped.v1", typed(history.RECORD + "seat-swapped.v1"), {"swaps": [1, {"deep": True}]}),
            ("an event of a later minor version", {"dataschema": confirmed["dataschema"].rpartition(".")[0] + ".7"}, {}),
        ):
            # It is the last of its record: so the digest tells whether it was counted.
            before = kit.history.tell("application-submitted")
            event = kit.history.happen(before[0]["subject"], confirmed | changes, **data)
            kit.publish(*before)
            kit.publish(event, label=label)
            kit.acknowledged()
        kit.right("Count recordversion also where a field or a type is not known to you.")
        # A partner may have bound its queue so that it never gets these.
        kit.publish(event | typed(history.RECORD + "seat-confirmed.v2") | {"data": {"seat": {"cohort": 7}}}, label="a v2 beside its v1", optional=True)
        notice = answer("command.answered.v1", "notice") | typed("notice.given.v1")
        kit.publish(notice, label="a message of a type that is not known and of no record, notice.given.v1", optional=True)
        kit.publish(*kit.history.tell(*STORIES[6]))
        kit.acknowledged()
        kit.right("Messages came that you need not know: leave them out, and go on with those that follow.")


def gap(kit):
    """A version that never came is asked for, by request-replay.v1 or GET /events, and stored when it comes."""
    with kit.following():
        one, lacking, three, newer = kit.history.tell(*STORIES[0][:4])
        kit.publish(one, three, *kit.history.tell(*STORIES[6]))
        kit.acknowledged()
        kit.until(lambda: lacking["id"] in kit.fed or kit.sent[lacking["id"]], lambda:
                   f"You did not ask for version 2 of record {one['subject']}, though you have 1 and 3: neither by request-replay.v1 nor by GET /events.")
        kit.acknowledged()
        kit.right(f"What you asked for holds version 2 and also {newer['recordversion']}. Take events that are asked for like all others.")


def lost_connection(kit):
    """When the connection breaks with messages unacknowledged, the program comes back and nothing is lost."""
    with kit.following():
        def cut():
            kit.wire.open = False
            kit.wire.cut()
        kit.wire.trap = (3, cut)  # The third acknowledgement never reaches the broker.
        for _ in range(2):
            kit.publish(*kit.history.tell(*STORIES[0][:5]))
        kit.until(lambda: not kit.wire.trap, kit.never_acknowledged)
        kit.until(lambda: not kit.wire.connected(), lambda: "Your connection could not be broken.", mortal=True)
        if gone := kit.idle():
            raise Wrong(f"Queue {gone[0]} went with your connection, and what waited in it is lost: declare it durable, neither exclusive nor auto-delete.")
        kit.publish(*kit.history.tell(*STORIES[6]))
        was, kit.wire.open = kit.wire.connections, True
        kit.until(lambda: kit.wire.connections > was, lambda: "Your connection was broken, and you did not come back: connect anew until it works.")
        kit.acknowledged()
        kit.right("Your connection broke while messages were unacknowledged: the broker sends them again.")


def restart(kit):
    """Messages are acknowledged only when they are stored: killed at any moment, the program loses none."""
    with kit.following():
        # A record for each message: so the digest tells which of them the copy has.
        events = [event for _ in range(10) for event in kit.history.tell("application-submitted")]
        for count in (2, 5, 8):
            kit.wire.trap = (count, kit.kill)
            if count == 2:
                kit.publish(*events)
            else:
                kit.start(kit.options.consumer)
            kit.until(lambda: kit.process.poll() is not None or not kit.open_messages(), kit.never_acknowledged, mortal=True)
            if kit.wire.trap and kit.process.poll() is not None:
                raise Wrong("Your program ended by itkit.")
            kit.until(lambda: not kit.wire.connected() or not kit.open_messages(), lambda: "Your program was killed, and yet its connection is open.", mortal=True)
            copied = kit.history.behind(kit.digest()) or {}
            lost = [event for event in events if kit.wire.acknowledged[event["id"]] and not copied.get(event["subject"])]
            if lost:
                how = "You read your queue with automatic acknowledgement (no_ack): turn it off, and acknowledge" if kit.wire.automatic else "Acknowledge"
                more = f", and {len(lost) - 1} more" if len(lost) > 1 else ""
                raise Wrong(f"You acknowledged {kit.described(lost[0]['id'])}, and when you were killed then, your copy did not have it: "
                            f"it is lost{more}. {how} a message when the transaction that stores it is committed.")
            kit.end()
            kit.idle()
        kit.start(kit.options.consumer)
        kit.acknowledged()
        kit.right("Your program was killed and started again.")


def commands(kit):
    """Commands are well-formed, and are sent again with the same id until they are answered."""
    if not kit.options.apply:
        raise NotRun("without --apply the kit does not know how your program sends commands.")
    template = newest("apply-for-training.v1")
    applications = [{**data["data"], "applicationRef": f"KIT-{n}"} for n, data in enumerate((template, template, bare(template)))]
    (kit.folder / "applications.json").write_text(json.dumps(applications), "utf-8")
    with kit.following(kit.options.apply):
        kit.silent = True  # Nothing is answered yet.
        def ids(since=0):
            return {(body["data"]["applicationRef"], body["id"]) for one in kit.wire.commands if one.connection > since
                    for body in [json.loads(one.body)] if name(body) == template["type"].removeprefix(DOMAIN)}
        kit.until(lambda: len({ref for ref, _ in ids()}) == len(applications), lambda: f"You sent {len(ids())} of {len(applications)} applications.")
        first, was = ids(), kit.wire.connections
        kit.wire.cut()
        kit.until(lambda: ids(since=was) >= first or ids() - first, lambda: f"Your connection broke before {len(first)} applications were "
                   f"answered, and you sent {len(ids(since=was))} of them again: send each with its id until it is answered.")
        if new := ids() - first:
            raise Wrong(f"You sent the application {min(new)[0]} again with a new id: with the same id it is done once, with a new one it is another command.")
        kit.silent = False
        kit.until(lambda: not kit.unanswered and len(kit.answers) >= len(first), lambda: "Your applications were not answered.", mortal=True)
        kit.acknowledged()


CHECKS = {check.__name__.replace("_", "-"): check for check in (every_message, duplicates, order, unknown, gap, lost_connection, restart, commands)}
