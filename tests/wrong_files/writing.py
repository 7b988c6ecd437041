"""Files that YAML cannot read, or reads as something else than was meant."""

from __future__ import annotations

from tests.wrong_files.case import CHANNEL, news, price, wrong

A_RULE = "    watch: price\n    url: https://shop.example/1\n    when: below $5\n"
RULES = CHANNEL + "rules:\n"
LIKE_WHEN = "like `url` above"

INDENTATION = (
    wrong(RULES + "⟪\t⟫- name: A\n" + A_RULE, "a tab stands where only spaces may", "indent with spaces", "  "),
    wrong(RULES + "  - name: A\n⟪\t⟫watch: price\n", "a tab stands where only spaces may", "indent with spaces"),
    wrong(
        RULES + "  - name: A\n    watch: price\n    url: https://shop.example/1\n⟦   ⟧⟪when: below $5⟫\n",
        "indented by 3 spaces, the list above by 2", "indent it by 4 spaces, like `url` above", "    ",
    ),
    wrong(
        RULES + "  - name: A\n    watch: price\n⟦     ⟧⟪url:⟫ https://shop.example/1\n    when: below $5\n",
        "indented deeper than the value above allows", "indent it by 4 spaces, like `watch` above", "    ",
    ),
    wrong(
        RULES + "  - name: A\n⟦  ⟧⟪watch: price⟫\n    url: https://shop.example/1\n    when: below $5\n",
        "an item of the list above is expected here", "indent it by 4 spaces, like `name` above", "    ",
    ),
    wrong(
        RULES + "- name: A\n  watch: price\n  url: https://shop.example/1\n  when: below $5\n"
        "⟦ ⟧⟪- name: B⟫\n  watch: price\n  url: https://shop.example/1\n  when: below $5\n",
        "indented by 1 space", "indent it by 0 spaces", "",
    ),
    wrong(
        "topics:\n  fusion:\n  - fusion energy\n⟦    ⟧⟪-⟫ tokamak\nrules: []\n",
        "this dash is indented deeper than the list", "indent it like the items above", "  ",
    ),
    wrong(RULES + "  ⟪-name:⟫ A\n" + A_RULE, "a space is missing after the dash", "write `- name:`", "- name:"),
    wrong(RULES + "  ⟪– name:⟫ A\n" + A_RULE, "begins with a plain dash, and `–` is none", "`- name:`", "- name:"),
    wrong(RULES + "  ⟪• name:⟫ A\n" + A_RULE, "begins with a plain dash, and `•` is none", "`- name:`", "- name:"),
    wrong(RULES + "  ⟪* name:⟫ A\n" + A_RULE, "begins with a plain dash, and `*` is none", "`- name:`", "- name:"),
    wrong(RULES + "  ⟪name: A⟫\n  watch: price\n", "`rules` takes a list of rules", "begin each rule with a dash"),
    wrong(RULES + "  ⟪headphones:⟫\n    watch: price\n", "`rules` takes a list of rules", "begin each rule"),
    wrong(RULES + "  - name: A\n" + A_RULE + "  -⟪\n⟫", "a rule is made of keys with values", "- name: …"),
)  # fmt: skip

COLONS = (
    wrong(price("⟪notify:phone⟫"), "a space is missing after notify:", "write `notify: phone`", "notify: phone"),
    wrong(
        price("⟪notify phone⟫"), "neither `key: value` nor part of what stands above", "notify: phone", "notify: phone"
    ),
    wrong(RULES + "  - ⟪name： ⟫A\n" + A_RULE, "`：` is not the colon of this language", "write `name: `", "name: "),
    wrong(
        RULES + "  - name: ⟦Sale⟪:⟫ headphones⟧\n" + A_RULE, "a second colon stands in this value",
        "'Sale: headphones'", "'Sale: headphones'",
    ),
    wrong(
        price('when: ⟦title mentions "a" or⟪:⟫ "b"⟧'), "a second colon stands in this value", "put quotes around"
    ),
    wrong(price("⟪:⟫ x"), "a key is missing before the colon", "key: value"),
)  # fmt: skip

QUOTES = (
    wrong(
        RULES + '  - name: ⟪"A⟫\n' + A_RULE, "the quotation that begins here has no end", 'end it where it ends: "A"',
        '"A"',
    ),
    wrong(price("when: ⟪'below $5⟫"), "the quotation that begins here has no end", "'below $5'", "'below $5'"),
    wrong(
        RULES + "  - name: ⟦'Bob'⟪s shop'⟫⟧\n" + A_RULE, "the value ended before this",
        "'Bob''s shop'", "'Bob''s shop'",
    ),
    wrong(
        price('when: ⟦"price below $5" ⟪and not sold_out⟫⟧'), "quotes and brackets hold the whole value or none of it",
        "put quotes around all of it", "'price below $5 and not sold_out'",
    ),
    wrong(
        news('when: ⟦"fusion" ⟪in title⟫⟧'), "the value ended before this", "put quotes around all of it",
    ),
    wrong(
        news('when: "title matches ⟪\\d⟫+"'), "begins no escape that YAML knows", "between single quotes",
    ),
    wrong(price("note: ⟪@home⟫"), "a value cannot begin with @", "'@home'", "'@home'"),
    wrong(price("note: ⟪`code`⟫"), "a value cannot begin with `", "'`code`'", "'`code`'"),
    wrong(price("note: ⟪%a⟫"), "a value cannot begin with %", "'%a'", "'%a'"),
    wrong(price("when: ⟪„below $5“⟫"), "not the quotes of this language", "write `below $5`", "below $5"),
)  # fmt: skip

SIGNS = (
    wrong(price("when: ⟪> $150⟫"), "YAML takes a leading >", "'> $150'", "'> $150'"),
    wrong(price("when: ⟪>= $150⟫"), "YAML takes a leading >", "'>= $150'", "'>= $150'"),
    wrong(price("when: ⟪>$150⟫"), "YAML takes a leading >", "'>$150'", "'>$150'"),
    wrong(price("when: ⟦⟪!=⟫ $150⟧"), "YAML reads != as a tag", "'!= $150'", "'!= $150'"),
    wrong(price("when: ⟪!sold_out⟫"), "YAML reads !sold_out as a tag", "write: not sold_out", "not sold_out"),
    wrong(
        price("when: ⟦⟪!sold_out⟫ and below $5⟧"), "YAML reads !sold_out as a tag", "write: not sold_out and below $5",
        "not sold_out and below $5",
    ),
    wrong(RULES + "  - name: ⟦⟪!new⟫ one⟧\n" + A_RULE, "YAML reads !new as a tag", "'!new one'", "'!new one'"),
    wrong(price("note: ⟪*important⟫"), "nothing above is named &important", "'*important'", "'*important'"),
    wrong(price("note: ⟪& more⟫"), "YAML takes a leading & for a sign of its own", "'& more'", "'& more'"),
    wrong(price("cron: ⟪* * * * *⟫"), "YAML takes a leading * for a sign of its own", "'* * * * *'", "'* * * * *'"),
    wrong(price("cron: ⟪*/5 * * * *⟫"), "YAML takes a leading *", "'*/5 * * * *'", "'*/5 * * * *'"),
    wrong(
        news("when: ⟦mentions C ⟪#1 and type⟫⟧"), "takes what follows for a comment", "'mentions C #1 and type'"
    ),
    wrong(
        RULES + "  - name: ⟦The ⟪#1 record⟫⟧\n" + A_RULE, "takes what follows for a comment", "'The #1 record'",
        "'The #1 record'",
    ),
    wrong(price("note: ⟪-⟫"), "a list cannot begin behind a key", "[a, b]"),
    wrong(price("notify: [⟪-⟫]"), "a dash with nothing behind it", "quotes: '-'"),
    wrong(RULES + "  - ⟪<<⟫: {every: 1h}\n    name: A\n" + A_RULE, "no merge key <<", "under defaults:"),
    wrong(price("note: ⟪&x:y⟫ z"), "a name after & is made of letters and digits", "put quotes around", None),
    wrong(RULES + "  - name: A\n" + A_RULE + "    ⟪when⟫: changes\n", "the key `when` stands twice", "keep one"),
    wrong(RULES + "  - name: A\n" + A_RULE + "⟪rules⟫: []\n", "the key `rules` stands twice", "keep one"),
    wrong(RULES + "  - name: A\n" + A_RULE + "⟪---⟫\nrules: []\n", "a second YAML document begins here", "delete"),
    wrong(price('note: ⟪"a\\0b"⟫'), "stands for a control character", "delete"),
    wrong("rules:\n  - name: A⟪\0⟫\n", "a NUL character stands here", "save it as UTF-8 text"),
    wrong("rules:\n  - name: A⟪\x07⟫\n", "a control character stands here, U+0007", "delete it"),
    wrong("rules:\n  - name: A⟪\u2028⟫\n", "an invisible line separator stands here", "delete it"),
    wrong("rules:\n⟪\u00a0\u00a0- name⟫: A\n", "a space that is no ordinary one", "type the spaces around it anew"),
)  # fmt: skip

BRACKETS = (
    wrong(
        news("when: ⟪[⟫mentions fusion"), "the [ that begins here has no ]", "close it with ]"
    ),
    wrong(
        CHANNEL + "rules: [{name: A, watch: music, artist: Tool, when: ⟦type in ⟪[⟫album, ep]⟧}]\n",
        "a [ inside { … } belongs to YAML", "'type in [album, ep]'", "'type in [album, ep]'",
    ),
    wrong(
        CHANNEL + "rules: [{name: A, watch: music, artist: Tool, note: ⟦a ⟪{⟫b}⟧,\n  every: 1h}]\n",
        "a { inside { … } belongs to YAML", "'a {b}'", "'a {b}'",
    ),
    wrong(
        "channels: {phone: ⟦$⟪{⟫env:NTFY}⟧}\nrules: []\n", "a { inside { … } belongs to YAML", "'${env:NTFY}'"
    ),
    wrong(
        '{"channels": {"phone": "ntfys://ntfy.sh/a"}, "rules": [{"name": "A", "watch": "music"⟪"⟫artist": "Tool"}]}\n',
        "a comma is missing before this", 'write `, "`', ', "',
    ),
    wrong(
        '{"topics": {"a": "b"},\n "me": {"city": "x"}\n ⟪"⟫rules": []}\n',
        "a comma is missing between the value above and this one", 'write `, "`', ', "',
    ),
    wrong(price("notify: ⟪-⟫ phone"), "a list cannot begin behind a key on the same line", "[a, b]"),
)  # fmt: skip

STRANGERS = (
    wrong("", "this file holds no rules", "begin with rules:"),
    wrong("⟪#⟫ nothing but a comment\n", "this file holds no rules", "begin with rules:"),
    wrong("⟪{}⟫\n", "this file holds no rules", "begin with rules:"),
    wrong("⟪- name: A⟫\n  watch: price\n", "a rule file is made of sections", "put rules: above the list"),
    wrong("⟪below $150⟫\n", "a rule file is made of sections", "begin with rules:"),
    wrong("⟪<⟫!DOCTYPE html>\n<html><head><title>x</title></head></html>\n", "this is a web page", "init"),
    wrong("⟪<⟫?xml version='1.0'?>\n<rss><channel/></rss>\n", "this is XML, not a rule file", "init"),
    wrong('⟪[⟫rules]\nname = "A"\n', "this is TOML or INI, not a rule file", "init"),
    wrong("⟪name = A⟫\nwatch = price\n", "a rule file is made of sections", "begin with rules:"),
    wrong("⟪{⟫\\rtf1\\ansi rules:}\n", "this is a document of a word processor", "init"),
)  # fmt: skip

WRITING = (*INDENTATION, *COLONS, *QUOTES, *SIGNS, *BRACKETS, *STRANGERS)
