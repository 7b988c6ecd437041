"""`channels test` says how much a service's word is worth."""

from __future__ import annotations

import socket

from tests.lived import ask


def test_a_test_that_proves_little_says_so(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log:
        log.bind(("127.0.0.1", 0))
        file = tmp_path / "rules.yaml"
        file.write_text(f"channels: {{log: 'rsyslog://127.0.0.1:{log.getsockname()[1]}/user'}}\nrules: []")
        place = ("--rules", str(file), "--state", str(tmp_path / "state"))
        asked = ask("channels", "test", *place)
        assert b"A test of the channel log" in log.recv(65536)
        assert asked.code == 0
        assert "log took it" in asked.text
        assert "nothing proves a delivery" in " ".join(asked.text.split())
        assert "nothing proves a delivery" in ask("channels", "test", *place, "--json").json["doubts"][0]
