"""ntfy gets its messages in the forms that it documents, and a phone gets all of each."""

from __future__ import annotations

import pytest

from agent.channels import Sent, Unsent
from agent.services import NTFY_LIMIT
from rules.enclosure import Button
from rules.words import Words
from tests.receivers.ntfy import Ntfy, real_ntfy, url
from tests.receivers.sent import BODY, BUTTONS, picture, send, words

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.mark.parametrize(("urgency", "priority"), [("low", 2), ("normal", None), ("high", 4), ("urgent", 5)])
def test_a_push_arrives_whole_with_its_urgency_and_the_id_of_its_message(ntfy: Ntfy, urgency, priority) -> None:
    topic = f"whole-{urgency}"
    assert isinstance(send(url(ntfy, topic), words("Ärger: 139.00 USD"), urgency, message_id="aaa111-bbb222"), Sent)
    (message,) = ntfy.messages(topic)
    assert (message["title"], message["message"]) == ("Ärger: 139.00 USD", BODY)
    assert message.get("priority") == priority
    assert message["tags"] == ["id-aaa111-bbb222"]
    assert "icon" not in message


def test_what_the_owner_wrote_into_the_address_stands(ntfy: Ntfy) -> None:
    send(url(ntfy, "own", more="?priority=min&xtags=house,red"), words("Own"), "urgent")
    (message,) = ntfy.messages("own")
    assert (message["priority"], set(message["tags"])) == (1, {"house", "red", "id-3f2a1b"})


def test_a_button_answers_from_the_phone_by_a_post_and_clears_the_message(ntfy: Ntfy) -> None:
    many = (*BUTTONS, Button("Third", "https://agent.example/3"), Button("Fourth", "https://agent.example/4"))
    send(url(ntfy, "buttons"), words("Buttons", buttons=many))
    (message,) = ntfy.messages("buttons")
    assert [(action["label"], action["url"]) for action in message["actions"]] == [
        (button.label, button.address) for button in many[:3]
    ]
    assert {(action["action"], action["method"], action["clear"]) for action in message["actions"]} == {
        ("http", "POST", True)
    }


def test_a_picture_comes_with_its_words_byte_for_byte(ntfy: Ntfy) -> None:
    chart = picture("Küche 1.png")
    assert isinstance(send(url(ntfy, "picture"), words("With a picture", chart, buttons=BUTTONS), "high"), Sent)
    (message,) = ntfy.messages("picture")
    assert (message["title"], message["message"], message["priority"]) == ("With a picture", BODY, 4)
    assert message["attachment"]["name"] == chart.name
    assert ntfy.file(message) == chart.content
    assert len(message["actions"]) == 2


def test_a_second_picture_follows_quietly(ntfy: Ntfy) -> None:
    chart, photo = picture("one.png"), picture("two.png", 60)
    assert isinstance(send(url(ntfy, "two"), words("Two pictures", chart, photo), "urgent"), Sent)
    first, second = ntfy.messages("two")
    assert (ntfy.file(first), ntfy.file(second)) == (chart.content, photo.content)
    assert (first["priority"], second["priority"]) == (5, 2)
    assert (first["tags"], second["tags"]) == (["id-3f2a1b"], ["id-3f2a1b"])


def test_a_picture_that_is_too_large_is_left_out_and_the_message_says_so(ntfy: Ntfy) -> None:
    large = picture("large.png", 150, noise=True)
    assert isinstance(send(url(ntfy, "large"), words("Large", large)), Sent)
    (message,) = ntfy.messages("large")
    assert "attachment" not in message
    assert message["message"].startswith(f"{BODY}\n\nlarge.png left out: the service answered 413 ")


def test_long_words_are_not_put_into_an_address_and_the_picture_follows_them(ntfy: Ntfy) -> None:
    long = Words("Long", "価格 " * 550, None, (picture(),))
    assert isinstance(send(url(ntfy, "long"), long), Sent)
    said, follows = ntfy.messages("long")
    assert len(said["message"].encode()) <= NTFY_LIMIT
    assert said["message"].split() == long.body.split()
    assert ntfy.file(follows) == long.attachments[0].content


def test_a_wrong_password_is_for_a_person_to_mend(ntfy: Ntfy) -> None:
    unsent = send(url(ntfy, "no", password="another-pa55"), words("no", picture()))
    assert isinstance(unsent, Unsent)
    assert unsent.reason == "the service answered 401 Unauthorized: unauthorized"
    assert (unsent.permanent, unsent.status) == (True, 401)


def test_the_limit_of_a_real_ntfy_is_waited_out_for_a_minute() -> None:
    with real_ntfy(most_requests=2) as server:
        outcomes = [send(url(server, "limited"), words("Again")) for _ in range(4)]
        assert isinstance(outcomes[0], Sent)
        limited = outcomes[-1]
    assert isinstance(limited, Unsent)
    assert limited.reason.startswith("the service answered 429 Too Many Requests: limit reached")
    assert (limited.permanent, limited.retry_after.total_seconds()) == (False, 60)
