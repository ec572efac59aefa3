"""The platform's HTTP side for one partner: tokens, the feed and the digest."""
import base64
import http.server
import json
import secrets
import threading
import time
import urllib.parse

from history import raw

MOST = 1000


class Web:
    def __init__(self, kit):
        self.kit, self.secret, self.token = kit, secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Door", (Door,), {"web": self}))
        self.url = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()


class Door(http.server.BaseHTTPRequestHandler):
    web = None

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        scheme, _, basic = self.headers.get("Authorization", "").partition(" ")
        client = (form.get("client_id"), form.get("client_secret"))
        if scheme == "Basic":
            client = tuple(map(urllib.parse.unquote, base64.b64decode(basic).decode().split(":", 1)))
        if self.path != "/connect/token":
            self.refuse(404, "unknown", "There is nothing at this address.")
        elif form.get("grant_type") != "client_credentials":
            self.answer(400, {"error": "unsupported_grant_type"})
        elif client != (self.web.kit.partner, self.web.secret):
            self.answer(401, {"error": "invalid_client"})
        else:
            self.answer(200, {"access_token": self.web.token, "token_type": "Bearer", "expires_in": 3600})

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        kit, query = self.web.kit, dict(urllib.parse.parse_qsl(address.query))
        if self.headers.get("Authorization") != f"Bearer {self.web.token}":
            self.answer(401, {})
        elif query.get("partner", kit.partner) != kit.partner:
            self.refuse(403, "foreign-partner", "A partner reads its own events only.")
        elif address.path == "/digest":
            story = kit.history
            records = [{"id": record, "version": version} for record, version in sorted(story.versions.items())]
            last = int(story.events[-1]["sequence"]) if story.events else 0
            self.answer(200, {"partner": kit.partner, "sequence": last, "sha256": story.digest(), "records": records})
        elif address.path == "/events":
            self.feed(kit, query)
        else:
            self.refuse(404, "unknown", "There is nothing at this address.")

    def feed(self, kit, query):
        try:
            after, take, wait = int(query.get("after", 0)), int(query.get("take", MOST)), float(query.get("wait", 0))
        except ValueError:
            after = -1
        if after < 0 or not 1 <= take <= MOST or not 0 <= wait <= 30:
            self.refuse(400, "malformed", f"after is 0 or more, take is 1 to {MOST}, wait is 0 to 30 seconds.")
            return
        end = time.monotonic() + wait
        while not (page := [event for event in kit.history.events if int(event["sequence"]) > after][:take]) and time.monotonic() < end:
            with kit.wire.news:
                kit.wire.news.wait(0.25)
        self.answer(200, b"[" + b",".join(map(raw, page)) + b"]", "application/cloudevents-batch+json; charset=utf-8")
        kit.fed.update(event["id"] for event in page)

    def refuse(self, status, code, detail):
        self.answer(status, {"type": f"urn:tremplin:problem:{code}", "status": status, "detail": detail, "code": code}, "application/problem+json")

    def answer(self, status, body, kind="application/json"):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing: what is wrong is said by the checks."""
