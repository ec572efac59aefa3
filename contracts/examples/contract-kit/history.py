"""What happens to the learners of a check: golden messages put into true histories, and the schemas that they keep to."""
import collections
import copy
import datetime
import hashlib
import itertools
import json
import math
import pathlib
import re
import uuid

EXAMPLES = pathlib.Path(__file__).resolve().parents[1]
DOMAIN = "org.tremplin.training."
RECORD = "training-record."

GOLDENS = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted((EXAMPLES / "messages").glob("*.json"))}
SCHEMAS = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted((EXAMPLES.parent / "schemas").glob("*.json"))}

BEGUN = "application-submitted eligibility-decided seat-requested "
STORIES = [story.split() for story in (
    BEGUN + "seat-confirmed attendance-recorded attendance-recorded completed",
    BEGUN + "placed-on-waitlist seat-offered offer-accepted seat-confirmed attendance-recorded attendance-corrected not-completed",
    BEGUN + "placed-on-waitlist seat-offered offer-declined",
    BEGUN + "placed-on-waitlist seat-offered offer-expired",
    BEGUN + "seat-confirmed learner-withdrew",
    BEGUN + "seat-refused",
    "application-submitted eligibility-decided",
)]


def name(message):
    return message["type"].removeprefix(DOMAIN)


def stem(message):
    """The name of its files: with the minor version."""
    return message["dataschema"].rpartition(":")[2]


def newest(wanted, of=GOLDENS):
    """The golden message, or the schema, of the highest minor version."""
    minors = [one for one in of if one.rpartition(".")[0] == wanted]
    return of[max(minors, key=lambda one: int(one.rpartition(".")[2]))] if minors else None


def from_platform():
    return [message for message in GOLDENS.values() if message["source"].startswith("/training/")]


def for_all(message):
    """Whether the platform sends it to every partner: then it follows from nothing of this one."""
    return "causationid" not in message


def raw(message):
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def replayed(event):
    return {field: value for field, value in event.items() if field != "data"} | {"replay": True, "data": event["data"]}


def bare(message):
    """The same without what may be absent."""
    needed = SCHEMAS[stem(message)]["properties"]["data"].get("required", [])
    return message | {"data": {field: value for field, value in message["data"].items() if field in needed}}


class History:
    """Records of one partner, each with versions from 1 without a gap."""

    def __init__(self):
        self.events, self.versions, self._sequence = [], collections.Counter(), 4711

    def tell(self, *story, record=None):
        """Lets the events of a story happen to a record, by default to a new one."""
        record = record or str(uuid.uuid4())
        # The golden decision is a refusal. In a story that goes on it was yes.
        yes = {"eligibility-decided": {"eligible": True, "reasons": []}} if len(story) > 2 else {}
        return [self.happen(record, newest(f"{RECORD}{event}.v1"), **yes.get(event, {})) for event in story]

    def happen(self, record, golden, **data):
        event, id = copy.deepcopy(golden), str(uuid.uuid4())
        self._sequence += 3  # Between them happens what concerns others: only versions have no gaps.
        self.versions[record] += 1
        when = datetime.datetime(2026, 9, 7, 8, 30) + datetime.timedelta(minutes=self._sequence)
        event |= {
            "id": id, "subject": record, "sequence": f"{self._sequence:019}", "recordversion": self.versions[record],
            "time": f"{when.isoformat()}.000000Z", "recordedtime": f"{when.isoformat()}.012000Z", "correlationid": record,
            "causationid": str(uuid.uuid4()), "traceparent": f"00-{record.replace('-', '')}-{id.replace('-', '')[16:]}-01"}
        event["data"] |= data
        if "sessionId" in event["data"]:
            event["data"]["sessionId"] = str(uuid.uuid4())
        self.events.append(event)
        return event

    def digest(self, versions=None):
        lines = (f"{record} {version}\n" for record, version in sorted((versions or self.versions).items()) if version)
        return hashlib.sha256("".join(lines).encode("ascii")).hexdigest()

    def behind(self, digest):
        """The version of each record in the copy that has this digest, found by trial; None where nothing fits."""
        for most in (lambda last: last, lambda last: 3 * last):  # With less than there is, or with something counted twice.
            choices = [range(most(last) + 1) for last in self.versions.values()]
            if math.prod(map(len, choices)) <= 5000:
                for versions in itertools.product(*choices):
                    copied = dict(zip(self.versions, versions))
                    if self.digest(copied) == digest:
                        return copied
        for record, last in self.versions.items():
            for version in range(3 * last + 1):
                copied = {**self.versions, record: version}
                if self.digest(copied) == digest:
                    return copied
        return None


def answer(golden, to, **data):
    """An answer to a partner. Its id follows from what is answered."""
    id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{golden} {to}"))
    return newest(golden) | {"id": id, "causationid": str(uuid.uuid4()), "data": data}


FORMATS = {
    "uuid": lambda text: re.fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text),
    "date": datetime.date.fromisoformat,
    "date-time": lambda text: "T" in text and datetime.datetime.fromisoformat(text).tzinfo,
}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


def fault(value, schema, pointer=""):
    """The first fault, as (JSON Pointer, reason), or None. Knows what our schemas use of JSON Schema."""
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or isinstance(value, bool) and kind != "boolean"):
        return pointer, f"this is no {kind}"
    if "enum" in schema and value not in schema["enum"]:
        return pointer, f"this must be {' or '.join(schema['enum'])}"
    if kind == "string":
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", math.inf):
            return pointer, "the text is too short or too long"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            return pointer, f"the text does not match {schema['pattern']}"
        try:
            well = "format" not in schema or FORMATS[schema["format"]](value)
        except ValueError:
            well = False
        return None if well else (pointer, f"this is no {schema['format']}")
    if kind == "object":
        for field in schema.get("required", []):
            if field not in value:
                return f"{pointer}/{field}", "the field is missing"
        inner = ((value[field], known, f"{pointer}/{field}") for field, known in schema.get("properties", {}).items() if field in value)
    else:
        inner = ((one, schema.get("items", {}), f"{pointer}/{n}") for n, one in enumerate(value)) if kind == "array" else ()
    return next(filter(None, (fault(*one) for one in inner)), None)
