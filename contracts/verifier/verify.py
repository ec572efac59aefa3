#!/usr/bin/python3
"""Checks an evidence bundle of Tremplin (docs/evidence.md). It shares no code with what wrote the bundle."""
import argparse, base64, hashlib, json, re, sys, zipfile
from decimal import Decimal
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LONGEST, MOST_FILES, MOST_TIMES, MOST_FINDINGS, DEEPEST = 1 << 26, 1000, 200, 1000, 64
Number = type("Number", (str,), {"__doc__": "A JSON number as it is written."})


def need(condition, words):
    if not condition:
        raise ValueError(words)


def number(text):
    """RFC 8785, 3.2.2.3. What no double holds exactly keeps its spelling, so that no digit goes unseen."""
    need(abs(int((re.split("[eE]", text) + ["0"])[1])) < 10**9, "the exponent is beyond any")
    shortest = Decimal(spelled := repr(float(text) or 0.0))
    if Decimal(text) != shortest:
        return text
    if shortest == shortest.to_integral_value():
        return format(shortest.to_integral_value(), "f") if abs(shortest) < 10**21 else spelled
    return format(shortest, "f") if abs(shortest) >= Decimal("1e-6") else spelled.replace("e-0", "e-")


def canonical(value, depth=0):
    """RFC 8785, as text."""
    need(depth < DEEPEST or not isinstance(value, (dict, list)), "it is nested too deep")
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(k)}:{canonical(v, depth + 1)}" for k, v in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(v, depth + 1) for v in value) + "]"
    return number(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False, allow_nan=False)


def parse(raw):
    """The JSON value of these bytes, which must be its canonical form: then nothing is named twice."""
    need(raw is not None, "there is no line, or it does not end")
    value = json.loads(raw.decode(), parse_int=Number, parse_float=Number)
    need(canonical(value).encode() == raw, "it is not canonical JSON")
    return value


def whole(value):
    need(isinstance(value, Number) and re.fullmatch("[0-9]{1,19}", value) and int(value) < 1 << 63, "a whole number was expected")
    return int(value)


def decoded(text, length):
    raw = base64.b64decode(text, validate=True)
    need(len(raw) == length and base64.b64encode(raw).decode() == text, f"{length} bytes in base64 were expected")
    return raw


def checkpoint(note, key):
    """C2SP tlog-checkpoint: size, root and body of a signed-note that this key (name+hash+base64) opens."""
    name, hint, base = key.split("+", 2)
    public, (text, _, signatures) = decoded(base, 33), note.rpartition("\n\n")
    need(public[0] == 1 and hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8] == hint, "the key is none, or its hash differs")
    origin, size, root, *_ = text.split("\n") + ["", "", ""]
    need(origin == name and re.fullmatch("0|[1-9][0-9]{0,18}", size), f"it is no checkpoint of {name}")
    for line in signatures.split("\n"):
        if line.startswith(f"— {name} ") and (signature := decoded(line.split(" ")[-1], 68)).hex()[:8] == hint:
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], (text + "\n").encode())
            return int(size), decoded(root, 32), text + "\n"
    raise ValueError("it is not signed with the key")


def includes(root, size, leaf, index, path):
    """RFC 9162, 2.1.3.2."""
    at, last, found = index, size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for other in path:
        if last == 0:
            return False
        right = at & 1 or at == last
        found = hashlib.sha256(b"\1" + (other + found if right else found + other)).digest()
        while right and not at & 1 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return index < size and last == 0 and found == root


class Bundle:
    def __init__(self, path):
        self.zip, self.findings, self.entries, self.records, self.begun = zipfile.ZipFile(path), [], {}, set(), set()
        self.seals, self.last, self.versions, self.ids, infos = {}, {}, {}, {}, self.zip.infolist()
        total, most = sum(info.file_size for info in infos), MOST_TIMES * Path(path).stat().st_size + (1 << 20)
        need(len(infos) <= MOST_FILES and total <= most, "it unpacks to far more than a bundle does")
        for info in infos:
            self.attempt(info.filename, need, self.entries.setdefault(info.filename, info) is info, "there is another file of this name")
        manifest = parse(self.text("manifest.json").encode())
        need(manifest["format"] == "tremplin-evidence" and whole(manifest["version"]) == 1, "it is of another format or version")
        self.services = {s["service"]: (whole(s["events"]), whole(s["size"]), s["root"]) for s in manifest["services"]}
        tidy = len(self.services) == len(manifest["services"]) and all(re.fullmatch("[a-z]{1,40}", name) for name in self.services)
        need(tidy, "it names no services, or one twice")
        self.files = {name: (whole(f["bytes"]), f["sha256"]) for name, f in manifest["files"].items()}

    def attempt(self, file, check, *arguments, line=None):
        self.about = None
        try:
            check(*arguments)
        except Exception as e:  # whatever it is, this does not hold
            self.findings.append({"file": file, "line": line, "event": self.about, "words": str(e) or type(e).__name__})

    def text(self, name):
        need(self.entries[name].file_size <= LONGEST, f"{name} is too large")
        return self.zip.read(self.entries[name]).decode()

    def lines(self, name):
        with self.zip.open(self.entries[name]) as file:
            while line := file.readline(LONGEST):
                yield line[:-1] if line.endswith(b"\n") else None  # it has no end

    def verify(self, keys, witness):
        parts = ("checkpoint", "events.ndjson", "key", "proofs.ndjson")
        must = {"README.txt", "records.txt", *(f"{service}/{part}" for service in self.services for part in parts)}
        for name in sorted({*must, *self.files, *self.entries} - {"manifest.json"}):
            self.attempt(name, self.file, name, name in must)
        self.attempt("records.txt", self.list_records)
        for service in self.services:
            self.attempt(f"{service}/checkpoint", self.seal, service, keys, witness)
            self.attempt(f"{service}/events.ndjson", self.events, service)
        for record in sorted(self.records - self.begun):
            self.attempt("records.txt", need, False, f"the bundle does not hold how the record {record} began")

    def file(self, name, known):
        need(known or re.fullmatch(r"schemas/[a-z.-]{1,80}\.json", name), "a bundle has no such file")
        need(name in self.files and name in self.entries, "it is missing, or not in the manifest")
        found = self.entries[name].file_size, hashlib.file_digest(self.zip.open(self.entries[name]), "sha256").hexdigest()
        need(found == self.files[name], "it is not the file of the manifest: its SHA-256 or its length differs")

    def list_records(self):
        *records, end = self.text("records.txt").split("\n")
        self.records = set(records)
        tidy = all(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", record) for record in records)
        need(tidy and end == "" and records == sorted(self.records), "it is no list of ids in order")

    def seal(self, service, keys, witness):
        text = self.text(f"{service}/key").strip()
        size, root, body = checkpoint(self.text(f"{service}/checkpoint"), text)
        self.seals[service] = root, size
        need((size, base64.b64encode(root).decode()) == self.services[service][1:], "the manifest names another size or root")
        need(not keys or text in keys, "its key is none of those that were given")
        if witness:
            need(text == (witness / f"{service}.vkey").read_text().strip(), "its key is not the witnessed one")
            need(f"\n{body}\n" in "\n" + (witness / f"{service}.checkpoints").read_text(), "nobody witnessed it")

    def events(self, service):
        file, proofs, at = f"{service}/events.ndjson", self.lines(f"{service}/proofs.ndjson"), 0
        for at, line in enumerate(self.lines(file), 1):
            need(len(self.findings) < MOST_FINDINGS, "the rest was not looked at")
            self.attempt(file, self.event, service, line, next(proofs, None), line=at)
        counted = next(proofs, self) is self and at == self.services[service][0]
        need(counted, "there are fewer events than proofs, or not as many as the manifest says")

    def event(self, service, line, proof):
        e = parse(line)
        self.about, stream, sequence, record = texts = [e[name] for name in ("id", "subject", "sequence", "correlationid")]
        version, before = whole(e["streamversion"]), self.versions.get((service, stream), 0)
        need((e["source"], e["specversion"]) == ("/" + service, "1.0") and version, f"it is no event of {service}")
        need(all(type(text) is str for text in texts) and re.fullmatch("[0-9]{19}", sequence), "it lacks what every event has")
        self.versions[service, stream] = version
        need(self.ids.setdefault((service, self.about), sequence) == sequence, "there is another event of this id")
        follows = version == before + 1 if stream in self.records else version > before
        need(follows, f"version {version} of the stream {stream} does not follow {before}")
        need(record in self.records, "it is about a record that is not in scope")
        self.begun |= {stream} if service == "enrollment" and version == 1 else set()
        proof = parse(proof)
        need(set(proof) == {"index", "path"} and type(proof["path"]) is list, "its proof is none")
        after, self.last[service] = self.last.get(service, ("", -1)), (sequence, index := whole(proof["index"]))
        need(sequence > after[0] and index > after[1], f"sequence {sequence}, place {index} does not follow {after[0]}, {after[1]}")
        path = [decoded(other, 32) for other in proof["path"]]
        need(includes(*self.seals[service], line, index, path), "the ledger did not hold it at this place")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("bundle")
    arguments.add_argument("--key", action="append", default=[], help="a file with a key that you trust; again for each service")
    arguments.add_argument("--witness", type=Path, help="a folder with witnessed checkpoints and their keys")
    arguments.add_argument("--json", action="store_true", help="for programs")
    asked = arguments.parse_args()
    try:
        bundle = Bundle(asked.bundle)
        bundle.verify({Path(file).read_text().strip() for file in asked.key}, asked.witness)
    except Exception as e:
        print(f"{asked.bundle} cannot be read: {type(e).__name__}: {e}", file=sys.stderr)
        return 2
    words = [" ".join(f"{name} {f[name]}" for name in ("file", "line", "event") if f[name]) + ": " + f["words"] for f in bundle.findings]
    plain = "\n".join(word.encode("unicode_escape").decode() for word in words or ["It holds."])  # a name may be meant for the terminal
    print(json.dumps({"holds": not bundle.findings, "findings": bundle.findings}) if asked.json else plain)
    return 1 if bundle.findings else 0


if __name__ == "__main__":
    sys.exit(main())
