"""Who may see the page: whoever has its token, from this machine, and nothing else."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

HOST = "127.0.0.1"
"""The only address that is bound: it is reached from this machine alone."""

_NAMES = ("127.0.0.1", "localhost")

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://127.0.0.1:* ws://localhost:* "
    "data: blob:; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'none'"
)
"""What the page may load: files of this server, no others. Vue compiles its templates, which needs eval."""


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        status: of HTTP.
        sentence: what to do.
    """

    status: int
    sentence: str


@dataclass(frozen=True)
class Guard:
    """Decides about each request, for the page as for its socket.

    Attributes:
        token: that the address of the page holds.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def cookie(self, port: int) -> str:
        """Name of the cookie: pages of two servers on one machine share them."""
        return f"chemomech-{port}"

    def address(self, port: int) -> str:
        """Address to open."""
        return f"http://{HOST}:{port}/?token={self.token}"

    def refusal(
        self, port: int, headers: Mapping[str, str], query: Mapping[str, str], cookies: Mapping[str, str]
    ) -> Refusal | None:
        """Return why a request is refused; None where it is answered.

        Args:
            port: of this server.
            headers: of the request; ``Host`` and, of a socket or another page, ``Origin``.
            query: of its address.
            cookies: that came with it.
        """
        hosts = [f"{name}:{port}" for name in _NAMES]
        if headers.get("Host", "") not in hosts:
            return Refusal(403, f"This server answers at http://{HOST}:{port} only.")
        origin = headers.get("Origin")
        if origin is not None and origin not in [f"http://{host}" for host in hosts]:
            return Refusal(403, f"The page {origin} may not use this server; open its own address.")
        given = query.get("token") or cookies.get(self.cookie(port)) or ""
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return Refusal(
                403,
                "The token in the address is missing or wrong; open the address that chemomech app printed.",
            )
        return None
