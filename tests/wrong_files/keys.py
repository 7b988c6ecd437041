"""Keys, kinds and values of a rule that are misspelt, called otherwise, of another type or beside the wrong others."""

from __future__ import annotations

from tests.wrong_files.case import CHANNEL, music, news, price, rule, wrong

RULES = CHANNEL + "rules:\n"
SHOP = "url: https://shop.example/1"

NAMES = (
    wrong(RULES + "  - ⟪Name⟫: A\n    watch: music\n    artist: Tool\n", "`Name` is no key", "mean name?", "name"),
    wrong(RULES + "  - name: A\n    ⟪kind⟫: music\n    artist: Tool\n", "`kind` is no key", "watch?", "watch"),
    wrong(RULES + "  - name: A\n    watch: music\n    ⟪artists⟫: Tool\n", "`artists` is no key", "artist?", "artist"),
    wrong(
        rule("watch: mail", "⟪server⟫: imap.home.example", "user: me", "password: x"),
        "`server` is no key",
        "did you mean host?",
        "host",
    ),
    wrong(rule("watch: news", "⟪url⟫: [https://one.example/rss]"), "`url` is no key", "did you mean feeds?", "feeds"),
    wrong(price("⟪evry⟫: 1h"), "`evry` is no key that is known here", "did you mean every?", "every"),
    wrong(price("⟪Every⟫: 1h"), "`Every` is no key", "did you mean every?", "every"),
    wrong(price("⟪minutes⟫: 1h"), "`minutes` is no key", "did you mean every?", "every"),
    wrong(price("⟪interval⟫: 1h"), "`interval` is no key", "did you mean every?", "every"),
    wrong(price("⟪notfy⟫: phone"), "`notfy` is no key", "did you mean notify?", "notify"),
    wrong(price("⟪channel⟫: phone"), "`channel` is no key", "did you mean notify?", "notify"),
    wrong(price("⟪priority⟫: high"), "`priority` is no key", "did you mean urgency?", "urgency"),
    wrong(price("⟪repeat⟫: when lower"), "`repeat` is no key", "did you mean again?", "again"),
    wrong(price("⟪description⟫: a gift"), "`description` is no key", "did you mean note?", "note"),
    wrong(price("⟪confirm-after⟫: 5m"), "`confirm-after` is no key", "did you mean confirm_after?", "confirm_after"),
    wrong(rule("watch: price", SHOP, "⟪condition⟫: below $5", "when: below $5"), "`condition` is no key",
          "did you mean when? it stands here already"),
    wrong(rule("watch: price", "⟪link⟫: https://shop.example/1", SHOP, "when: below $5"), "`link` is no key",
          "did you mean url? it stands here already"),
    wrong(price("⟪colour⟫: red"), "`colour` is no key", "possible here: every"),
    wrong(price("auth: {user: me, ⟪pass⟫: '${file:word}'}"), "`pass` is no key", "did you mean password?", "password",
          word="secret-word"),
    wrong(price("auth: {⟪username⟫: me}"), "`username` is no key", "did you mean user?", "user"),
    wrong("⟪rule⟫: []\n", "`rule` is no key that is known here", "did you mean rules?", "rules"),
    wrong("⟪Rules⟫: []\n", "`Rules` is no key", "did you mean rules?", "rules"),
    wrong("⟪chanels⟫: {}\nrules: []\n", "`chanels` is no key", "did you mean channels?", "channels"),
    wrong("⟪settings⟫: {}\nrules: []\n", "`settings` is no key", "possible here: me, topics, channels"),
    wrong("defaults: {⟪when⟫: changes}\nrules: []\n", "`when` is no key", "possible here: "),
    wrong(RULES + "  - ⟪watch⟫: music\n    artist: Tool\n", "this rule has no `name`", "add `name: …`"),
    wrong(RULES + "  - ⟪name⟫: A\n    url: https://one.example\n", "this rule has no `watch`", "add `watch: …`"),
    wrong(rule("watch: news").replace("name:", "⟪name⟫:"), "this rule has no `feeds`", "add `feeds: …`"),
    wrong(rule("watch: ⟪price⟫", SHOP), "this rule has no `when`", "add `when: changes`"),
    wrong(price("⟪note⟫:"), "`note` has no value", "write one after the colon, or delete the line"),
    wrong(RULES + "  - ⟪{}⟫\n", "this rule says nothing", "- name: …"),
    wrong(RULES + "  - ⟪A rule⟫\n", "a rule is made of keys with values", "- name: …"),
)  # fmt: skip

KINDS = (
    wrong(
        rule("watch: ⟪prize⟫", SHOP, "when: below $5"), "`prize` is no kind of source", "did you mean price?", "price"
    ),
    wrong(
        rule("watch: ⟪Price⟫", SHOP, "when: below $5"), "`Price` is no kind of source", "did you mean price?", "price"
    ),
    wrong(rule("watch: ⟪pricce,⟫", SHOP, "when: below $5"), "is no kind of source", "did you mean price?", "price"),
    wrong(rule("watch: ⟪telepathy⟫", SHOP), "`telepathy` is no kind of source that is installed", "possible here: "),
    wrong(rule("watch: ⟪[price]⟫", SHOP), "`watch` takes text", "one value, without brackets or dashes"),
)

TYPES = (
    wrong(rule("watch: price", SHOP, "when:", "  ⟪- below $5⟫", "  - sold_out"), "`when` takes text", "brackets"),
    wrong(price("when: ⟪{price: {below: 150}}⟫"), "`when` takes text", "without keys and colons"),
    wrong(rule("watch: page", "url: ⟪“https://one.example/”⟫", "when: changes"), "straight quotation", "The address"),
    wrong(rule("watch: news", "feeds: ⟪https://one.example/rss⟫"), "`feeds` takes a list", "write [https://one.example/rss]",
          "[https://one.example/rss]"),
    wrong(rule("watch: news", "feeds: ⟪https://one.example/a https://one.example/b⟫"), "`feeds` takes a list",
          "write [https://one.example/a, https://one.example/b]", "[https://one.example/a, https://one.example/b]"),
    wrong(rule("watch: news", "feeds: ⟪[]⟫"), "`feeds` is an empty list", "write something"),
    wrong(rule("watch: price", "⟦url: ⟪[https://shop.example/1, https://shop.example/2]⟫⟧", "when: below $5"),
          "`url` takes text", "for several write urls: [https://shop.example/1, https://shop.example/2]",
          "urls: [https://shop.example/1, https://shop.example/2]"),
    wrong(rule("watch: price", "url: ⟪shop.example/1⟫", "when: below $5"), "`url` takes a whole address",
          "https://shop.example/1", "https://shop.example/1"),
    wrong(rule("watch: price", "url: ⟪www.shop.example⟫", "when: below $5"), "`url` takes a whole address",
          "https://www.shop.example", "https://www.shop.example"),
    wrong(rule("watch: price", "url: ⟪ftp://shop.example/1⟫", "when: below $5"), "http:// and https://", "url: The"),
    wrong(price("urgency: ⟪hihg⟫"), "`urgency` takes low, normal, high or urgent", "did you mean high?", "high"),
    wrong(price("urgency: ⟪critical⟫"), "`urgency` takes low, normal", "did you mean urgent?", "urgent"),
    wrong(price("first: ⟪silent⟫"), "`first` takes tell or baseline", "did you mean baseline?", "baseline"),
    wrong(price("known: ⟪all⟫"), "`known` takes nothing but any", "did you mean any?", "any"),
    wrong(price("enabled: ⟪1⟫"), "`enabled` takes yes or no", "write yes", "yes"),
    wrong(price("private: ⟪192.168.1.7⟫"), "`private` takes yes or no", "write yes", "yes"),
    wrong(price("ignore_repeats: ⟪many⟫"), "`ignore_repeats` takes a whole number", "such as 5", "5"),
    wrong(price("ignore_repeats: ⟪-1⟫"), "`ignore_repeats` must be 0 at least", "write 0, or more", "0"),
    wrong(price('headers: ⟪"Accept: text/html"⟫'), "`headers` takes keys with values", "{Accept: text/html}",
          "{Accept: text/html}"),
    wrong(price("auth: ⟪me⟫"), "`auth` takes keys with values", "a value behind its colon"),
    wrong(rule("watch: music", "artist: Tool", "types: [⟪lp⟫]"), "`types` takes", "write one of these"),
    wrong(rule("watch: music", "artist: ⟪[Tool, Opeth]⟫"), "`artist` takes text", "without brackets"),
    wrong(RULES + "  - name: ⟪[A]⟫\n    watch: music\n    artist: Tool\n", "`name` takes text", "without brackets"),
    wrong(RULES + "  - name: ⟪''⟫\n    watch: music\n    artist: Tool\n", "`name` is empty", "write something"),
    wrong(music("note: ⟪" + "x" * 4001 + "⟫"), "`note` is longer than 4000 letters", "make it shorter"),
)  # fmt: skip

IDENTITY = (
    wrong(music("id: ⟪my id⟫"), "an id is made of small letters, digits and dashes", "write my-id", "my-id"),
    wrong(music("id: ⟪My-Rule⟫"), "an id is made of small letters", "write my-rule", "my-rule"),
    wrong(
        RULES + "  - name: ⟪'!!!'⟫\n    watch: music\n    artist: Tool\n",
        "no id can be made of this name",
        "`id: my-rule`",
    ),
    wrong(
        music() + "  - name: ⟪A rule⟫\n    watch: music\n    artist: Opeth\n",
        "the id `a-rule` is taken by",
        "another name",
    ),
    wrong(
        music() + "  - name: ⟪a RULE!⟫\n    watch: music\n    artist: Opeth\n",
        "the id `a-rule` is taken by",
        "another name",
    ),
)

TOGETHER = (
    wrong(
        price("when: changes", "⟪for⟫: 1h"), "true of one reading only, so that `for` has nothing", "delete the line"
    ),
    wrong(price("when: changes", "⟪until⟫: above $6"), "so that `until` has nothing", "delete the line"),
    wrong(price("when: changes", "⟪again⟫: never"), "so that `again` has nothing", "delete the line"),
    wrong(price("when: price drops from previous", "⟪for⟫: 1h"), "so that `for` has nothing", "delete the line"),
    wrong(price("every: 1h", "⟪at⟫: 08:00"), "`every` and `at` both say when to look", "keep one"),
    wrong(price("⟪at⟫: 08:00", 'cron: "0 8 * * *"'), "`cron` and `at` both say when to look", "keep one"),
    wrong(
        news("when: mentions fusion", "again: ⟪when lower⟫"),
        "`text` is neither higher nor lower",
        "every 1d",
        "every 1d",
    ),
    wrong(price("message: it is ⟪{prise}⟫ now"), "`{prise}` stands for nothing", "did you mean price?", "{price}"),
    wrong(price("message: ⟪${env:HOME} is low⟫"), "would be shown here", "references stand in channels"),
    wrong(price("notify: ⟪phnoe⟫"), "`phnoe` is no channel", "did you mean phone?", "phone"),
    wrong(price("until: ⟪price < 5 USD⟫"), "`until` says the same as `when`", "until: price above $160"),
    wrong(price("notify: ⟪phone, phone⟫"), "`phone, phone` is no channel", "write [phone, phone]", "[phone, phone]"),
    wrong(price("notify: [phone, ⟪mail⟫]"), "`mail` is no channel", "possible here: phone"),
    wrong(price("notify: ⟪[]⟫"), "`notify` is an empty list", "write something"),
    wrong(price("notify: ⟪{phone: yes}⟫"), "`notify` takes a list", "without keys and colons"),
)

KEYS = (*NAMES, *KINDS, *TYPES, *IDENTITY, *TOGETHER)
