"""The whole line with a `do`: a price falls, the owner is asked, says yes, and it is done once."""

from __future__ import annotations

import json
import time

import pytest

from tests.end_to_end.scene import little_web
from tests.http_sink import http_sink
from tests.lived import ask

RULES = """
me: {{timezone: America/New_York, currency: USD}}
channels: {{phone: "json://{phone}"}}
defaults: {{every: 1s, notify: phone, confirm_after: 1s}}
rules:
  - name: Cheap headphones
    watch: price
    url: "{shop}"
    private: yes
    when: price below $150
    do: {{run: [./order], spends: yes}}
"""


@pytest.fixture
def owner(tmp_path):
    order = tmp_path / "order"
    order.write_text("#!/bin/sh\ncat >> ordered\n")
    order.chmod(0o700)

    def say(*words):
        place = ["--rules", str(tmp_path / "rules.yaml"), "--state", str(tmp_path / "state")]
        return ask(*words, *place)

    say.folder = tmp_path
    return say


def looked_until_asked(owner):
    """Let the agent look until it asks: what it sees first it looks at twice."""
    for _ in range(20):
        owner("run", "--once")
        if deeds := owner("deeds", "--json").lines:
            return deeds[0]
        time.sleep(0.2)
    raise AssertionError("it never asked")


def test_it_asks_first_and_acts_once_on_a_yes(owner):
    with http_sink() as phone, little_web() as shop:
        shop.sell("/a", "139.00")
        rules = owner.folder / "rules.yaml"
        rules.write_text(RULES.format(phone=phone.host, shop=shop.url("/a")))
        rules.chmod(0o600)
        deed = looked_until_asked(owner)
        assert deed["state"] == "asked"
        assert not (owner.folder / "ordered").exists()
        assert owner("yes", deed["id"]).code == 0
        for _ in range(2):
            owner("run", "--once")
        ordered = (owner.folder / "ordered").read_text()
        assert json.loads(ordered)["id"] == deed["id"]
        assert owner("deeds", "--json").lines[0]["state"] == "done"
    told = [asked.body.decode() for asked in phone.asked]
    assert sum("Shall I?" in said for said in told) == 1
    assert sum("Done: " in said for said in told) == 1
