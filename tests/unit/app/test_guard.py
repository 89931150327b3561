"""Who may see the page."""

from __future__ import annotations

import pytest

from chemomech.app.guard import HOST, Guard

PORT = 8080
GUARD = Guard("secret")
GOOD = {"Host": f"127.0.0.1:{PORT}"}


def test_only_the_loopback_address_is_bound() -> None:
    assert HOST == "127.0.0.1"


def test_every_server_has_a_token_of_its_own_that_cannot_be_guessed() -> None:
    tokens = {Guard().token for _ in range(50)}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 32  # 24 bytes in base 64


@pytest.mark.parametrize(
    ("query", "cookies"),
    [({"token": "secret"}, {}), ({}, {"chemomech-8080": "secret"})],
)
def test_the_token_opens_the_page_in_the_address_or_in_the_cookie(
    query: dict[str, str], cookies: dict[str, str]
) -> None:
    assert GUARD.refusal(PORT, GOOD, query, cookies) is None


@pytest.mark.parametrize(
    ("headers", "query", "cookies"),
    [
        (GOOD, {}, {}),
        (GOOD, {"token": "wrong"}, {}),
        (GOOD, {"token": ""}, {}),
        (GOOD, {"token": "sécret"}, {}),
        (GOOD, {}, {"chemomech-9090": "secret"}),
        (GOOD, {"token": "wrong"}, {"chemomech-8080": "secret"}),
        ({"Host": "evil.example:8080"}, {"token": "secret"}, {}),
        ({"Host": "127.0.0.1:9090"}, {"token": "secret"}, {}),
        ({}, {"token": "secret"}, {}),
        (GOOD | {"Origin": "http://evil.example"}, {"token": "secret"}, {}),
        (GOOD | {"Origin": "null"}, {}, {"chemomech-8080": "secret"}),
        (GOOD | {"Origin": "http://127.0.0.1:9090"}, {}, {"chemomech-8080": "secret"}),
    ],
)
def test_anything_else_is_refused_with_a_sentence(
    headers: dict[str, str], query: dict[str, str], cookies: dict[str, str]
) -> None:
    refusal = GUARD.refusal(PORT, headers, query, cookies)
    assert refusal is not None
    assert refusal.status == 403
    assert refusal.sentence.endswith(".")
    assert "secret" not in refusal.sentence
