"""The web page: small, private, and hard to misuse."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.channels.web.carried import HOURS, Carried, Field
from content.model import Content
from handlers.types import Session
from tests.journeys.running import settings_for

KEY = b"k" * 32
FIRST_VISIT = 40_000
EACH_ANSWER = 5_000


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = App(settings_for(tmp_path)).asgi()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://beside.test") as client:
        yield client


def state_of(answer: httpx.Response) -> str:
    found = re.search(r'name="state" value="([^"]*)"', answer.text)
    assert found
    return found.group(1)


async def size_of(client: httpx.AsyncClient, form: dict[str, str] | None) -> int:
    """All bytes of one answer as sent: status line, headers and body."""
    request = client.build_request("POST" if form else "GET", "/", data=form, headers={"Accept-Encoding": "gzip"})
    answer = await client.send(request, stream=True)
    body = b"".join([part async for part in answer.aiter_raw()])
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw) + 20
    assert gzip.decompress(body)
    return head + len(body)


async def test_every_answer_is_small(page: httpx.AsyncClient, content: Content) -> None:
    assert await size_of(page, None) <= FIRST_VISIT
    choices = [f"guidance:{card}" for card in content.cards]
    choices += [
        f"{name}@{code.lower()}" for code in content.countries for name in ("legal", "support", "urgent:danger")
    ]
    choices += ["privacy", "legal", "urgent:detained", "guidance", "guidance:practice"]
    largest = max([(await size_of(page, {"choice": choice}), choice) for choice in choices])
    assert largest[0] <= EACH_ANSWER, largest


async def test_the_headers_are_strict(page: httpx.AsyncClient) -> None:
    answer = await page.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


async def test_nothing_is_loaded_from_elsewhere(page: httpx.AsyncClient) -> None:
    text = (await page.get("/")).text
    assert re.findall(r'(?:src|action)="?(https?:[^" >]+)', text) == []
    assert re.findall(r'<link[^>]+href="([^"]+)"', text) == ["data:,"]


async def test_the_session_travels_in_the_field(page: httpx.AsyncClient) -> None:
    first = await page.post("/", data={"choice": "legal@pl", "state": state_of(await page.get("/"))})
    assert "Legal protection · Poland" in first.text
    second = await page.post("/", data={"choice": "support", "state": state_of(first)})
    assert "Support for you · Poland" in second.text


@pytest.mark.parametrize("state", ["", "1.e30.xx", "x" * 600, "1..", "ä.ö.ü", "1.W10.c2ln"])
async def test_a_forged_field_is_an_empty_session(page: httpx.AsyncClient, state: str) -> None:
    answer = await page.post("/", data={"choice": "support", "state": state})
    assert answer.status_code == 200
    assert "Which country are you in?" in answer.text


def test_the_field_is_worth_nothing_to_others_and_after_hours() -> None:
    now = 1_000_000.0
    field = Field(KEY, lambda: now)
    carried = Carried(Session("uk", "PL", "legal"), "abc")
    value = field.to_field(carried)
    assert field.from_field(value) == carried
    assert Field(b"other" * 8, lambda: now).from_field(value).session == Session()
    now += HOURS * 3600 + 1
    assert field.from_field(value).session == Session()


@given(st.text(max_size=700))
def test_no_field_breaks_the_reader(value: str) -> None:
    assert Field(KEY).from_field(value).session == Session()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=3000) | st.text(max_size=900).map(lambda text: urlencode({"text": text}).encode()))
async def test_no_body_breaks_the_page(page: httpx.AsyncClient, body: bytes) -> None:
    answer = await page.post("/", content=body)
    assert answer.status_code in (200, 400, 413)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://beside.test"}, 200),
        ({"Origin": "http://beside.test"}, 200),
        ({}, 200),
    ],
)
async def test_only_the_page_itself_may_post(page: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    answer = await page.post("/", data={"choice": "urgent"}, headers=headers)
    assert answer.status_code == status
    assert ("came from another page" in answer.text) == (status == 403)


async def test_what_is_too_much_is_said(page: httpx.AsyncClient) -> None:
    long = await page.post("/", data={"text": "a" * 3000})
    huge = await page.post("/", content=urlencode({"text": "a" * 50_000}))
    many = await page.post("/", content="&".join(f"a{number}=1" for number in range(100)))
    assert [long.status_code, huge.status_code, many.status_code] == [413, 413, 400]
    assert "Urgent help" in long.text
    assert (await page.put("/")).status_code == 405
    assert (await page.head("/")).status_code == 200


async def test_too_fast_is_said_kindly_and_urgent_help_stays(page: httpx.AsyncClient) -> None:
    state = state_of(await page.get("/"))
    answers = [await page.post("/", data={"text": "hello", "state": state}) for _ in range(33)]
    assert answers[-1].status_code == 429
    assert 'value="urgent"' in answers[-1].text


async def test_what_was_typed_is_escaped(page: httpx.AsyncClient) -> None:
    answer = await page.post("/", data={"text": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


async def test_figures_are_for_this_machine_only(page: httpx.AsyncClient) -> None:
    assert (await page.get("/healthz")).json() == {"status": "ok"}
    assert (await page.get("/metrics")).status_code == 200
    assert (await page.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})).status_code == 404
