"""/usr/bin/python3 -m unittest test_verify, in this folder."""
import base64
import contextlib
import hashlib
import io
import json
import struct
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import verify
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = "018f0000-0000-7000-8000-000000000001"
# The leaves with which Certificate Transparency's implementations (RFC 6962) are tested.
LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696A6B6C6D6E6F")]


def root(leaves):
    """RFC 9162, 2.1.1, word for word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


def path(index, leaves):
    """RFC 9162, 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return path(index, leaves[:split]) + [root(leaves[split:])]
    return path(index - split, leaves[split:]) + [root(leaves[:split])]


class Merkle(unittest.TestCase):
    def test_known_roots_and_paths(self):
        self.assertEqual(root(LEAVES).hex(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
        known = ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]
        self.assertEqual([other.hex() for other in path(5, LEAVES)], known)
        self.assertTrue(verify.includes(root(LEAVES), 8, LEAVES[5], 5, map(bytes.fromhex, known)))

    def test_every_leaf_of_every_small_tree_and_nothing_else(self):
        leaves = [bytes([n]) for n in range(40)]
        for size in range(1, 41):
            top = root(leaves[:size])
            for index in range(size):
                proof = path(index, leaves[:size])
                self.assertTrue(verify.includes(top, size, leaves[index], index, proof))
                self.assertFalse(verify.includes(top, size, leaves[index], index ^ 1, proof))
                self.assertFalse(verify.includes(top, size, b"else", index, proof))
                self.assertFalse(verify.includes(top, size, leaves[index], index, proof + [top]))
                self.assertFalse(proof and verify.includes(top, size, leaves[index], index, proof[:-1]))
                self.assertFalse(verify.includes(top, size, leaves[index], index + size, proof))


class CanonicalJson(unittest.TestCase):
    def test_numbers_of_appendix_b(self):
        for bits, text in (("8000000000000000", "0"), ("0000000000000001", "5e-324"), ("7fefffffffffffff", "1.7976931348623157e+308"),
                           ("4340000000000000", "9007199254740992"), ("4430000000000000", "295147905179352830000"), ("44b52d02c7e14af6", "1e+23"),
                           ("444b1ae4d6e2ef4f", "999999999999999900000"), ("444b1ae4d6e2ef50", "1e+21"), ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
                           ("3eb0c6f7a0b5ed8d", "0.000001"), ("becbf647612f3696", "-0.0000033333333333333333"), ("43143ff3c1cb0959", "1424953923781206.2")):
            self.assertEqual(verify.number(repr(struct.unpack(">d", bytes.fromhex(bits))[0])), text)

    def test_no_digit_goes_unseen(self):
        for written, text in (("1.50", "1.5"), ("1e2", "100"), ("-0.0", "0"), ("9007199254740993", "9007199254740993"), ("1e400", "1e400"),
                              ("0.80000000000000000001", "0.80000000000000000001")):
            self.assertEqual(verify.number(written), text)

    def test_members_and_strings(self):
        self.assertEqual(verify.parse('{"1":"\\r","a":"é\\u000f","😀":1,"\ufb33":2}'.encode())["a"], "é\x0f")
        for other in ('{"\ufb33":2,"😀":1}', '{"a":"\\u00e9"}', '{"a":1,"a":1}', '{"a": 1}', "[NaN]", '["\\ud800"]', "[1.0]", "[" * 65 + "]" * 65):
            with self.assertRaises(ValueError, msg=other):
                verify.parse(other.encode())
        verify.parse(b"[" * 64 + b"]" * 64)


class Bundles(unittest.TestCase):
    """A bundle that is written here, by docs/evidence.md alone."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        public = b"\1" + self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.hint = hashlib.sha256(b"tremplin/enrollment\n" + public).digest()[:4]
        self.key = f"tremplin/enrollment+{self.hint.hex()}+{base64.b64encode(public).decode()}"
        self.events = [self.event(n) for n in range(1, 4)]

    @staticmethod
    def event(version):
        return {"correlationid": RECORD, "data": {"version": version}, "id": f"event-{version}", "sequence": f"{version:019}", "source": "/enrollment",
                "specversion": "1.0", "streamversion": version, "subject": RECORD}

    def note(self, body):
        signature = base64.b64encode(self.hint + self.private.sign(body.encode())).decode()
        return f"{body}\n— tremplin/enrollment {signature}\n"

    def bundle(self, kept=slice(None), **changed):
        def line(value):
            return json.dumps(value, separators=(",", ":"), sort_keys=True) + "\n"
        leaves = [line(event)[:-1].encode() for event in self.events]
        top, places = base64.b64encode(root(leaves)).decode(), range(len(leaves))[kept]
        proofs = [{"index": n, "path": [base64.b64encode(other).decode() for other in path(n, leaves)]} for n in places]
        files = {"README.txt": "Hello.", "records.txt": RECORD + "\n", "enrollment/key": self.key + "\n",
                 "enrollment/checkpoint": self.note(f"tremplin/enrollment\n{len(leaves)}\n{top}\n"),
                 "enrollment/events.ndjson": "".join(line(self.events[n]) for n in places), "enrollment/proofs.ndjson": "".join(map(line, proofs))}
        files |= changed
        digests = {name: {"bytes": len(text.encode()), "sha256": hashlib.sha256(text.encode()).hexdigest()} for name, text in files.items()}
        manifest = {"files": digests, "format": "tremplin-evidence", "scope": {"words": "All."}, "version": 1,
                    "services": [{"events": len(places), "root": top, "service": "enrollment", "size": len(leaves)}]}
        with zipfile.ZipFile(self.folder / "bundle.zip", "w") as out:
            for name, text in {**files, "manifest.json": line(manifest)[:-1]}.items():
                out.writestr(name, text)

    def verdict(self, *arguments):
        said, sys.argv = io.StringIO(), ["verify.py", str(self.folder / "bundle.zip"), *arguments, "--json"]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
            code = verify.main()
        return code, json.loads(said.getvalue())["findings"] if code < 2 else None

    def test_a_sound_bundle_holds(self):
        self.bundle()
        self.assertEqual(self.verdict(), (0, []))

    def test_a_finding_names_file_line_and_event(self):
        self.events.append(self.event(5))
        self.bundle()
        code, (finding,) = self.verdict()
        self.assertEqual((code, finding["file"], finding["line"], finding["event"]), (1, "enrollment/events.ndjson", 4, "event-5"))

    def test_a_hole_is_found(self):
        self.bundle(kept=slice(0, 3, 2))
        self.assertEqual(self.verdict()[0], 1)

    def test_a_note_must_be_signed(self):
        self.bundle(**{"enrollment/checkpoint": f"tremplin/enrollment\n3\n{base64.b64encode(bytes(32)).decode()}\n\n— tremplin/enrollment {'A' * 92}\n"})
        self.assertEqual(self.verdict()[0], 1)

    def test_more_signatures_do_no_harm(self):
        leaves = [json.dumps(event, separators=(",", ":"), sort_keys=True).encode() for event in self.events]
        note = self.note(f"tremplin/enrollment\n3\n{base64.b64encode(root(leaves)).decode()}\n")
        self.bundle(**{"enrollment/checkpoint": note + f"— a.witness/of-ours {base64.b64encode(bytes(76)).decode()}\n"})
        self.assertEqual(self.verdict(), (0, []))

    def test_keys_and_witness_from_elsewhere(self):
        self.bundle()
        (self.folder / "enrollment.vkey").write_text(self.key + "\n")
        leaves = [json.dumps(event, separators=(",", ":"), sort_keys=True).encode() for event in self.events]
        notes = [self.note(f"tremplin/enrollment\n{size}\n{base64.b64encode(root(leaves[:size])).decode()}\n") for size in (1, 3)]
        (self.folder / "enrollment.checkpoints").write_text("".join(notes))
        self.assertEqual(self.verdict("--key", str(self.folder / "enrollment.vkey"), "--witness", str(self.folder)), (0, []))
        (self.folder / "enrollment.checkpoints").write_text(notes[0])
        self.assertEqual(self.verdict("--witness", str(self.folder))[0], 1)
        (self.folder / "enrollment.vkey").write_text("tremplin/enrollment+00000000+AAAA\n")
        self.assertEqual(self.verdict("--key", str(self.folder / "enrollment.vkey"))[0], 1)

    def test_what_is_no_bundle(self):
        (self.folder / "bundle.zip").write_text("Dear auditor, all is well.")
        self.assertEqual(self.verdict(), (2, None))


class Checkpoint(unittest.TestCase):
    """The seed is 00 01 .. 1f, the leaves are 01, 02, 03; tests/Ledger.Specs has the same."""

    NAME = "tremplin.example/enrollment"
    KEY = NAME + "+1aa6bd93+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    BODY = NAME + "\n3\n4toCQpNus47JlqVDYBs6HaQiY5H/kgFO0aeiSKzjY0c=\n"
    NOTE = BODY + "\n— " + NAME + " Gqa9k143KxAC9e/xZ1GdBsMrlT9JB+mUms1VxA/KaXMxU766ksSememamNZkzSdrmMFo12S7Y2M9ZDvBVVd/nr3EIAk=\n"

    def test_opens(self):
        self.assertEqual(verify.checkpoint(self.NOTE, self.KEY), (3, root([b"\1", b"\2", b"\3"]), self.BODY))

    def test_does_not_open_when_changed(self):
        for was, now in (("\n3\n", "\n4\n"), ("\n3\n", "\n03\n"), ("\n\n", "\n"), (self.NAME + "\n", "else\n"), ("— ", "- ")):
            with self.assertRaises(Exception, msg=now):
                verify.checkpoint(self.NOTE.replace(was, now, 1), self.KEY)

    def test_a_key_must_fit_its_hash(self):
        with self.assertRaisesRegex(ValueError, "hash differs"):
            verify.checkpoint(self.NOTE, self.KEY.replace("+", "+0", 1))

    def test_hashes_a_key_as_go_does(self):
        """With the key of Go's checksum database, as Go's source has it."""
        with self.assertRaisesRegex(ValueError, "no checkpoint of sum.golang.org"):
            verify.checkpoint(self.NOTE, "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")


if __name__ == "__main__":
    unittest.main()
