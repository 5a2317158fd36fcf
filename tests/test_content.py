"""The content as shipped, and what happens to content that is wrong."""

import re
import shutil
from pathlib import Path
from zlib import crc32

import pytest

from bot.content import Learner, LiveContent
from content.check import LONGEST_CARD, check
from content.learning import learn
from content.loader import ROOT, ContentError, line_of, load
from content.model import URGENT_KINDS, Content
from content.normalise import words_of
from content.ranking import Ranking, from_bytes
from content.rules import Certainty, Rule, Rules
from content.search import Search, learnt

TAKEAWAYS = {
    "partnerships": 3,
    "civil-society": 4,
    "borders": 3,
    "integration": 4,
    "communities": 3,
    "discrimination": 3,
    "debate": 3,
}


def copied(folder: Path) -> Path:
    """The shipped content, in a folder that may be broken."""
    shutil.copytree(ROOT, folder / "content", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder / "content"


def test_the_shipped_content_is_whole(content: Content) -> None:
    assert check(content) == []


def test_every_takeaway_has_its_card_in_the_reports_order(content: Content) -> None:
    assert content.takeaways == tuple(
        f"{theme}-{number}" for theme, many in TAKEAWAYS.items() for number in range(1, many + 1)
    )


def test_practice_cards_have_sources_and_serve_takeaways(content: Content) -> None:
    assert len(content.practice) >= 14
    assert all(card.sources and card.takeaways for card in content.practice)


def test_all_referrals_are_there_with_source_and_confidence(content: Content) -> None:
    assert len(content.referrals) == 207
    assert sum(bool(one.phones) for one in content.referrals.values()) == 112
    levels = [one.confidence for one in content.referrals.values()]
    assert (levels.count("high"), levels.count("medium"), levels.count("low")) == (100, 91, 16)


def test_no_card_holds_a_number_to_call(content: Content) -> None:
    for text in content.languages["en"].cards.values():
        said = " ".join((text.title, text.answer, *text.steps, text.turn_to))
        assert re.findall(r"\+?\d[\d ]{4,}", said) == []


def test_urgent_cards_promise_neither_secrecy_nor_rescue(content: Content) -> None:
    for text in content.languages["en"].urgent.values():
        said = " ".join((text.title, text.first, *text.steps, text.after)).casefold()
        assert not re.search(r"\b(confidential|secretly|we will come|help is on the way|pills|mg|rope|knife)\b", said)


@pytest.mark.parametrize("kind", URGENT_KINDS)
def test_every_urgent_kind_has_three_or_four_steps(content: Content, kind: str) -> None:
    text = next(text for name, text in content.languages["en"].urgent.items() if name == kind)
    assert 3 <= len(text.steps) <= 4


def all_rules() -> list[tuple[str, Rule]]:
    return [(code, rule) for code, language in load().languages.items() for rule in language.rules.rule]


@pytest.mark.parametrize(("code", "rule"), all_rules(), ids=lambda part: part if isinstance(part, str) else part.id)
def test_a_rule_fires_where_it_must_and_nowhere_else(content: Content, code: str, rule: Rule) -> None:
    rules = content.languages[code].rules
    for message in rule.yes:
        assert rule.id in [fired.id for fired in rules.fired(words_of(message))], message
    for message in rule.no:
        assert rule.id not in [fired.id for fired in rules.fired(words_of(message)) if fired.strength == "open"], (
            message
        )


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "said"),
    [
        ("practice.toml", 'id = "police-stop"', 'id = "Police Stop"', 4, "pattern"),
        ("practice.toml", "[[card]]", "[[card]", 3, "TOML"),
        ("countries.toml", 'code = "AL"', 'code = "AL"\nflag = "x"', None, "not permitted"),
        ("texts/en/takeaways.toml", 'title = "Make friends before the crisis"', 'titel = "x"', None, "title"),
        ("texts/en/urgent.toml", "[danger]", "[dangers]", None, "danger"),
    ],
)
def test_a_broken_file_is_named_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, line: int | None, said: str
) -> None:
    root = copied(tmp_path)
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load(root=root)
    assert caught.value.file == file
    assert said in caught.value.sentence
    wanted = line or text[: text.index(old)].count("\n") + 1
    assert abs(caught.value.line - wanted) <= 1


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("practice.toml", '"civil-society-1"', '"civil-society-9"', "unknown takeaway"),
        ("takeaways.toml", '"group-safety"', '"group-danger"', "unknown card"),
        ("countries.toml", '"Europe/Warsaw"', '"Europe/Warschau"', "time zone"),
        ("referrals.toml", 'hours = "Mo-Fr 09:00-18:00; PH off"', 'hours = "mornings"', "opening hours"),
        ("texts/en/practice.toml", "[cards.group-safety]", "[cards.group-safely]", "missing: group-safety"),
        (
            "texts/en/practice.toml",
            "[cards.police-stop]",
            '[cards.police-stop.countries]\nPL = "Say nothing."\n\n[cards.police-stop]',
            "without a source",
        ),
        ("texts/en/rules.toml", '"suicid*",', '"suicid*?",', "fits anything: suicid*?"),
        ("texts/en/interface/web.toml", 'wait = "One moment…"', 'wait = "One moment {name}…"', ""),
    ],
)
def test_the_check_finds_what_is_wrong(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    root = copied(tmp_path)
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [str(finding) for finding in check(load(root=root))]
    assert not said or any(said in finding for finding in found), found


def test_a_card_that_is_too_long_is_found(tmp_path: Path) -> None:
    root = copied(tmp_path)
    file = root / "texts/en/practice.toml"
    text = file.read_text(encoding="utf-8")
    longer = text.replace("Nobody goes alone, somebody always knows where you are", "Nobody goes alone " * 9, 1)
    longer = longer.replace('"Pair up before you set out.', f'"{"Pair up. " * 25}', 1)
    longer = longer.replace('"Agree on times to check in', f'"{"Agree. " * 30}', 1)
    file.write_text(longer, encoding="utf-8")
    assert any(f"{LONGEST_CARD} fit" in finding.sentence for finding in check(load(root=root)))


async def test_content_is_replaced_while_running_and_a_broken_file_changes_nothing(
    tmp_path: Path, logged: list[dict[str, object]]
) -> None:
    root = copied(tmp_path)
    live, replaced, learner = LiveContent(["en"], root), list[Content](), Learner(tmp_path / "data")

    def keep(content: Content, ranking: Ranking) -> None:
        assert "borders-1" in ranking.families[0].names
        replaced.append(content)

    await live.reload(learner, keep)
    assert replaced == []
    file = root / "texts/en/interface/conversation.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("What do you need?", "What is it?"), encoding="utf-8")
    await live.reload(learner, keep)
    assert replaced[0].languages["en"].say("home.title") == "What is it?"
    file.write_text("[home\n", encoding="utf-8")
    await live.reload(learner, keep)
    assert live.current is replaced[-1]
    assert [(line["file"], line["line"]) for line in logged if line["event"] == "content.refused"] == [
        ("texts/en/interface/conversation.toml", 1)
    ]


def test_a_line_is_found_for_tables_arrays_and_keys() -> None:
    text = '[[card]]\nid = "a"\n\n[[card]]\nid = "b"\n\n[[card.sources]]\ntitle = "x"\n\n[cards.a]\ntitle = "y"\n'
    assert line_of(text, ("card", 1, "id")) == 5
    assert line_of(text, ("card", 1, "sources", 0)) == 7
    assert line_of(text, ("cards", "a", "title")) == 11
    assert line_of(text, ("nothing",)) == 1


def test_there_may_be_more_cards_than_a_byte_can_number() -> None:
    names = tuple(f"card-{number}" for number in range(1000))
    words = [f"{crc32(name.encode()):08x}" for name in names]
    ranking = learn([(word, (name, "en")) for word, name in zip(words, names, strict=True)], (names, ("en",)))
    again = from_bytes(ranking.to_bytes())
    likely, _ = again.score((words[777],))
    assert max(likely, key=lambda name: likely[name]) == "card-777"


def test_examples_that_speak_against_a_rule_make_it_a_hint_but_never_a_short_cry() -> None:
    content = load(("en",))
    english = content.languages["en"]
    rule = Rule(
        id="beaten", label="urgent-danger", why="Violence.", any=("beating him", "attacked by"), yes=("-",), no=("-",)
    )
    rules = Rules(certainty=Certainty(opens=0.9, hints=0.8), rule=(rule,))
    asked = content.model_copy(update={"languages": {"en": english.model_copy(update={"rules": rules})}})
    joke = "our team was attacked by a horde of toddlers with glitter, do we have a plan for who cleans the family room"
    for known, message, opened in (
        (learnt(content), joke, False),
        (None, joke, True),
        (learnt(content), "they are beating him", True),
        (learnt(content), f"they are beating him with sticks and he is bleeding, and also: {joke}", True),
    ):
        understood = Search(asked, known).understand(message, "en")
        assert ("urgent-danger" in understood.urgent, "urgent-danger" in understood.hint) == (opened, not opened)


def test_every_message_that_a_rule_must_open_opens_whatever_the_examples_say(content: Content) -> None:
    search = Search(content, learnt(content))
    for code, language in content.languages.items():
        for rule in language.rules.rule:
            if rule.strength == "open" and rule.label.startswith("urgent-"):
                assert all(rule.label in search.understand(message, code).urgent for message in rule.yes)
