"""The register: whoever reads a figure can ask what it is for, and whom."""

from content.model import Content
from handlers.metrics import register
from tests.conftest import NIGHT


def test_every_metric_has_a_purpose_an_owner_and_a_day_to_look_at_it_again(content: Content) -> None:
    for metric in register(content):
        assert metric.purpose
        assert metric.owner
        assert metric.review_date > NIGHT.date()
