"""What stands around the rules: oneself, topics, channels, the network, secrets and other files."""

from __future__ import annotations

from dataclasses import replace

from tests.wrong_files.case import CHANNEL, Wrong, music, wrong

NO_RULES = "rules: []\n"


def me(line: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    return wrong(f"me:\n  {line}\n" + NO_RULES, says, hint, mend)


def section(line: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    return wrong(f"{line}\n" + NO_RULES, says, hint, mend)


def in_a_part(part: str, says: str, hint: str, mend: str | None = None) -> Wrong:
    """Return a fault in a file that the main file includes."""
    return replace(wrong(part, says, hint, mend), included_by=CHANNEL + "include: part.yaml\n" + NO_RULES)


ONESELF = (
    me(
        "timezone: ⟪America/New_Yrok⟫",
        "no time zone of the IANA list",
        "did you mean America/New_York?",
        "America/New_York",
    ),
    me("timezone: ⟪New York⟫", "no time zone", "did you mean America/New_York?", "America/New_York"),
    me("timezone: ⟪berlin⟫", "no time zone", "did you mean Europe/Berlin?", "Europe/Berlin"),
    me("timezone: ⟪PST⟫", "no time zone", "did you mean America/Los_Angeles?", "America/Los_Angeles"),
    me("timezone: ⟪UTC+2⟫", "no time zone", "write the zone by its city"),
    me("timezone: ⟪2⟫", "2 is no time zone", "write the zone by its city"),
    me("currency: ⟪dollar⟫", "no currency code of ISO 4217", "did you mean USD?", "USD"),
    me("currency: ⟪€⟫", "no currency code", "did you mean EUR?", "EUR"),
    me("currency: ⟪UDS⟫", "no currency code", "did you mean USD?", "USD"),
    me("currency: ⟪doubloons⟫", "no currency code", "three letters"),
    me("⟪my city⟫: Boston", "`my city` is no name", "write my_city", "my_city"),
    me("kids: ⟪{anna: 2010}⟫", "`kids` takes text", "without keys and colons"),
    me("artists: ⟪Tool, Opeth⟫", "`artists` takes a list", "write [Tool, Opeth]", "[Tool, Opeth]"),
    wrong(
        "me: {artists: ⟪Tool⟫}\n"
        + music("send: artists").replace("artist: Tool", "artist: '{each}'\n    for each: me.artists"),
        "`artists` takes a list",
        "write [Tool]",
        "[Tool]",
    ),
    wrong(
        "me: {timezone: ⟪berlin⟫, city: Boston}\n" + music("when: title is me.city"),
        "no time zone",
        "did you mean Europe/Berlin?",
        "Europe/Berlin",
    ),
    me("city: ⟪${env:CITY}⟫", "would be shown here", "references stand in channels"),
    section("me: ⟪[Boston]⟫", "`me` takes names with values", "a line for each"),
    section("topics: ⟪[fusion, space]⟫", "`topics` takes names with values", "a line for each"),
    section("topics: {⟪nuclear-fusion⟫: [tokamak]}", "is no name", "write nuclear_fusion", "nuclear_fusion"),
    section("topics: {fusion: ⟪[]⟫}", "is an empty list", "write something"),
    section("topics: {fusion: [⟪{name: x}⟫]}", "takes text", "without keys and colons"),
    section("topics: {fusion: {phrases: [x], ⟪exakt⟫: yes}}", "`exakt` is no key", "did you mean exact?", "exact"),
)

CHANNELS = (
    section("channels: {phone: ⟪ntfy.sh/topic⟫}", "takes an Apprise address", "such as"),
    section("channels: {mail: ⟪me@mail.example⟫}", "takes an Apprise address", "mailtos://"),
    section("channels: {phone: ⟪$NTFY⟫}", "takes an Apprise address", "write ${env:NTFY}"),
    section('channels: {phone: ⟪"{{ secret }}"⟫}', "takes an Apprise address", "such as"),
    section("channels: {phone: ⟪[ntfys://ntfy.sh/a]⟫}", "takes keys with values", "a value behind its colon"),
    section("channels: {phone: ⟪{quiet: 22:00-07:00}⟫}", "the channel phone has no `url`", "add `url: …`"),
    section('channels: {phone: {⟪ulr⟫: "ntfys://ntfy.sh/a-topic"}}', "`ulr` is no key", "did you mean url?", "url"),
    section('channels: {⟪my phone⟫: "ntfys://ntfy.sh/a-topic"}', "is no name for a channel", "letters, digits"),
    section("channels:\n  ⟪- name: phone⟫", "`channels` takes names with values", "a line for each"),
    wrong("rules:\n  - ⟪name: A⟫\n    watch: music\n    artist: Tool\n", "there is no channel by which", "channels:"),
    section("defaults: {notify: ⟪phone⟫}", "`phone` is no channel", "there is none yet"),
    section("defaults: ⟪1h⟫", "defaults takes keys with values", "a value behind its colon"),
)

NETWORK = (
    section("network: {check: ⟪one.example⟫}", "takes a web address", "https://one.example/"),
    section("network: {check: ⟪'http://['⟫}", "takes a web address", "https://one.example/"),
    section("network: {allow: [⟪nas.local⟫]}", "takes networks and addresses in numbers", "192.168.1.7"),
    section("network: {allow: [⟪192.168.1.5/24⟫]}", "one machine of a network", "192.168.1.0/24", "192.168.1.0/24"),
    section("network: {allow: ⟪192.168.1.7⟫}", "`allow` takes a list", "write [192.168.1.7]", "[192.168.1.7]"),
    section("network: {hosts: {⟪https://shop.example⟫: {user_agent: x}}}", "no name of a host", "without https://"),
    section("network: {⟪proxi⟫: x}", "`proxi` is no key", "possible here"),
    section("network: {every: ⟪5⟫}", "`every` needs a unit", "write 5m, 5h or 5d", "5m"),
)

SECRETS = (
    section('channels: {phone: "⟪${env:NTFY}⟫"}', "the environment has no NTFY", "set NTFY where the agent is started"),
    section('channels: {phone: "⟪${NTFY}⟫"}', "${NTFY} is no reference", "write ${env:NTFY}"),
    section('channels: {phone: "⟪${secret:ntfy}⟫"}', "${secret:ntfy} is no reference", "write ${cred:ntfy}"),
    section('channels: {phone: "⟪${vault:ntfy}⟫"}', "${vault:ntfy} is no reference", "${file:name}"),
    section('channels: {phone: "⟪${env:ntfy⟫"}', "a reference begins here and has no }", "write ${env:NAME}"),
    section('channels: {phone: "⟪${env:}⟫"}', "names nothing", "write ${env:NAME}"),
    section('channels: {phone: "⟪${file:gone}⟫"}', "there is no file", "put it there, or name another"),
    section("channels: {phone: ⟪!secret⟫ ntfy}", "YAML reads !secret as a tag", "${env:ntfy}"),
)

FILES = (
    section("include: [⟪gone.yaml⟫]", "there is no file"),
    section("include: ⟪{a: b}⟫", "`include` takes names of files", "include: [people.yaml"),
    in_a_part("⟪include⟫: rules.yaml\n", "`include` belongs into the main file", "move it there"),
    in_a_part("⟪defaults⟫: {every: 1h}\n", "`defaults` belongs into the main file", "move it there"),
    in_a_part("⟪topcis⟫: {}\n", "`topcis` is no key", "did you mean topics?", "topics"),
    wrong(music("ca: ⟪gone.pem⟫"), "there is no file"),
)

SURROUNDINGS = (*ONESELF, *CHANNELS, *NETWORK, *SECRETS, *FILES)
