"""The local server: one page, and the answers to its questions.

It listens on 127.0.0.1 alone. A request must name that as its host (a page of another site that
has its name resolved to 127.0.0.1 does not), come from no other page, and bring the token of the
link. There are two paths, / and /ask, and no file is served.
"""

from __future__ import annotations

import hmac
import json
import secrets
import select
import socket
import socketserver
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .._text import printable
from .page import explore_page
from .views import command_line
from .worker import Abandoned, Busy, Refused, TooLong, Worker

ADDRESS = "127.0.0.1"
MOST_BYTES = 4096  # of a question
IDLE = 30.0  # seconds that a connection may say nothing
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class ExploreServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """port: 0 for a free one; seconds: the most that a computation may take."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, seconds: float) -> None:
        self.token = secrets.token_urlsafe(24)
        self.worker = Worker(seconds)
        super().__init__((ADDRESS, port), Handler)

    @property
    def link(self) -> str:
        return f"http://{ADDRESS}:{self.server_address[1]}/?token={self.token}"

    def server_close(self) -> None:
        super().server_close()
        self.worker.close()

    def handle_error(self, *_: Any) -> None:
        pass  # a browser that went away


class Handler(BaseHTTPRequestHandler):
    server: ExploreServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "modecollapse-explore", ""
    timeout = IDLE

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        token = parse_qs(url.query).get("token", [""])[0]
        if not self.is_from_here() or not self.has(token):
            return
        if url.path != "/":
            return self.refuse(HTTPStatus.NOT_FOUND, "there is nothing here")
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
            "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        page = explore_page(nonce).encode()
        more = {"Content-Security-Policy": policy}
        self.send(HTTPStatus.OK, "text/html; charset=utf-8", page, more)

    def do_POST(self) -> None:
        if not self.is_from_here() or not self.has(self.headers.get("X-Token", "")):
            return
        if self.path != "/ask":
            return self.refuse(HTTPStatus.NOT_FOUND, "there is nothing here")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length) <= MOST_BYTES):
            return self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                               f"a question has 1 to {MOST_BYTES} bytes")  # fmt: skip
        try:
            question = json.loads(self.rfile.read(int(length)))
            view, options = str(question["view"]), dict(question["options"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return self.refuse(HTTPStatus.BAD_REQUEST, "is no question")
        self.answer(view, options)

    def answer(self, view: str, options: dict[str, Any]) -> None:
        try:
            command = command_line(view, options)
            values = self.server.worker.ask(view, options, self.is_gone)
        except Abandoned:
            self.close_connection = True
            return
        except Busy as error:
            return self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        except TooLong as error:
            return self.refuse(HTTPStatus.GATEWAY_TIMEOUT, str(error))
        except (Refused, ValueError) as error:
            return self.refuse(HTTPStatus.BAD_REQUEST, str(error))
        self.send_json(HTTPStatus.OK, {"values": values, "command": command})

    def is_from_here(self) -> bool:
        """By host and, where the browser says it, origin; otherwise it is refused."""
        hosts = self.headers.get_all("Host") or []
        port = self.server.server_address[1]
        allowed = [f"{name}:{port}" for name in (ADDRESS, "localhost")]
        origin = self.headers.get("Origin")
        if len(hosts) == 1 and hosts[0] in allowed and origin in (None, f"http://{hosts[0]}"):
            return True
        self.refuse(HTTPStatus.FORBIDDEN, "is asked for under another name, or from another page")
        return False

    def has(self, token: str) -> bool:
        """In a time that does not tell how much of it is right; otherwise it is refused."""
        if hmac.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode()):
            return True
        self.refuse(HTTPStatus.FORBIDDEN, "the link's token is missing or old: take the new link")
        return False

    def is_gone(self) -> bool:
        """Has the browser closed the connection?"""
        try:
            if not select.select([self.connection], [], [], 0)[0]:
                return False
            return self.connection.recv(1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            return True

    def refuse(self, status: HTTPStatus, reason: str) -> None:
        self.close_connection = True  # what else it sent is not read
        self.send_json(status, {"error": printable(reason)})

    def send_json(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
        self.send(status, "application/json", json.dumps(answer).encode(), {})

    def send(self, status: HTTPStatus, kind: str, body: bytes, more: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **more}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass  # the link with its token belongs in no log
