"""What the agent knows of its owner stays here unless a rule says otherwise; the ledger shows what went out."""

from __future__ import annotations

import json

from tests.end_to_end.scene import little_web
from tests.lived import ask

RULES = """
me: {{timezone: UTC, city: Boston, wanted: [headphones, kettle]}}
channels: {{phone: "json://127.0.0.1:1/"}}
rules:
  - {{name: In my city, watch: feed, url: "{feed}?city={{me.city}}", private: yes, send: [city]}}
  - name: Wanted below $50
    watch: price
    for each: me.wanted
    url: "{shop}/{{each}}"
    private: yes
    send: [wanted]
    when: price below $50
  - {{name: Nothing of me, watch: feed, url: "{feed}", private: yes, when: text contains me.city}}
"""


def test_the_ledger_shows_what_of_the_profile_went_out_and_with_which_rule(tmp_path):
    with little_web() as web:
        web.publish("/feed", "Boston news")
        web.publish("/feed?city=Boston", "Boston news")
        web.sell("/shop/headphones", 49)
        web.sell("/shop/kettle", 90)
        path = tmp_path / "rules.yaml"
        path.write_text(RULES.format(feed=web.url("/feed"), shop=web.url("/shop")))
        at = ("--rules", str(path), "--state", str(tmp_path / "state"))
        assert ask("run", "--once", *at).code == 0
        listed = ask("ledger", "--json", *at)
        told = ask("ledger", *at).text
        of_one = ask("ledger", "--rule", "In my city", "--json", *at)
        nobody = ask("ledger", "--rule", "in-my-citty", *at)
        path.write_text(path.read_text().replace("name: In my city", "name: Near me"))
        of_an_earlier_one = ask("ledger", "--rule", "In my city", "--json", *at)
        assert sorted(web.asked) == ["/feed", "/feed?city=Boston", "/shop/headphones", "/shop/kettle"]
    polls = [line for line in map(json.loads, listed.text.splitlines()) if line["purpose"] == "poll"]
    sent = {(line["asked_by"][0], line["address"].rpartition("/")[2]): line["sends"] for line in polls}
    assert sent == {
        ("in-my-city", "feed?city=Boston"): ["city"],
        ("wanted-below-50", "headphones"): ["wanted"],
        ("wanted-below-50", "kettle"): ["wanted"],
        ("nothing-of-me", "feed"): [],
    }
    assert "with your city, as the rule allows" in told
    assert [line["asked_by"] for line in map(json.loads, of_one.text.splitlines())] == [["in-my-city"]]
    assert of_an_earlier_one.text == of_one.text
    assert (nobody.code, "did you mean in-my-city?" in nobody.error) == (5, True)
