"""Lengths, times and schedules as people write them."""

from __future__ import annotations

from tests.wrong_files.case import Wrong, price, wrong


def channel(key: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    text = f'channels:\n  phone:\n    url: "ntfys://ntfy.sh/a-topic"\n    {key}\nrules: []\n'
    return wrong(text, says, hint, mend)


def of(line: str, says: str, hint: str = "", mend: str | None = None) -> Wrong:
    return wrong(price(line), says, hint, mend)


LENGTHS = (
    of("every: ⟪90⟫", "`every` needs a unit: 90 of what?", "write 90m, 90h or 90d", "90m"),
    of("every: ⟪1.5⟫", "`every` needs a unit: 1.5 of what?", "write 1.5m, 1.5h", "1.5h"),
    of("every: ⟪0s⟫", "`every` takes a second at least", "write 1s", "1s"),
    of("every: ⟪500ms⟫", "`every` takes a second at least", "write 1s", "1s"),
    of("every: ⟪0.5s⟫", "`every` takes a second at least", "write 1s", "1s"),
    of("every: ⟪-1h⟫", "`every` takes a length of time, and -1h is none", "such as 30m"),
    of("every: ⟪hourly⟫", "`every` takes a length of time", "write 1h", "1h"),
    of("every: ⟪every 2 hours⟫", "`every` takes a length of time", "write 2 hours", "2 hours"),
    of("every: ⟪an hour⟫", "`every` takes a length of time", "write 1", "1 hour"),
    of("every: ⟪five minutes⟫", "`every` takes a length of time", "write 5 minutes", "5 minutes"),
    of("every: ⟪1 hr⟫", "`every` takes a length of time", "write 1h", "1h"),
    of("every: ⟪1:30⟫", "`every` takes a length of time", "write 1h 30m", "1h 30m"),
    of("every: ⟪1h30⟫", "`every` takes a length of time", "write 1h 30m", "1h 30m"),
    of("every: ⟪1,5h⟫", "`every` takes a length of time", "write 1.5h", "1.5h"),
    of("every: ⟪PT1H⟫", "`every` takes a length of time", "write 1h", "1h"),
    of("every: ⟪soon⟫", "`every` takes a length of time", "such as 30m, 12h or 7d"),
    of("every: ⟪[1h]⟫", "`every` takes a length of time", "such as 30m"),
    of("every: ⟪yes⟫", "`every` takes a length of time", "such as 30m"),
    of("keep: ⟪forever⟫", "`keep` takes a length of time", "such as 30m"),
    of("keep: ⟪200 years⟫", "`keep` takes a length of time", "such as"),
    of("confirm_after: ⟪0m⟫", "`confirm_after` takes a length of time, and 0m is none", "such as"),
    of("for: ⟪3⟫", "`for` needs a unit: 3 of what?", "write 3 polls, or 3h", "3 polls"),
    of("for: ⟪0⟫", "`for` takes a number of polls or a length of time", "such as 3 polls"),
    of("for: ⟪3x⟫", "`for` takes a number of polls or a length of time", "write 3 polls", "3 polls"),
    of("for: ⟪twice⟫", "`for` takes a number of polls or a length of time", "such as 3 polls"),
    of("late_after: ⟪1⟫", "`late_after` needs a unit: 1 of what?", "write 1m, 1h or 1d", "1h"),
    of("if_late: ⟪skip⟫", "`if_late` takes tell, drop or check", "write one of these"),
    of("blind_after: ⟪3⟫", "`blind_after` takes a number of polls, a length of time, or both", "3 polls and 6h"),
    of("blind_after: ⟪6h and 3h⟫", "`blind_after` takes a number of polls", "3 polls and 6h"),
    of("blind_after: ⟪never⟫", "`blind_after` takes a number of polls", "3 polls and 6h"),
    of("again: ⟪daily⟫", "`again` takes `when lower`", "write every 1d", "every 1d"),
    of("again: ⟪every day⟫", "`again` takes `when lower`", "write every 1d", "every 1d"),
    of("again: ⟪1d⟫", "`again` takes `when lower`", "write every 1d", "every 1d"),
    of("again: ⟪no⟫", "`again` takes `when lower`", "write never", "never"),
    of("again: ⟪yes⟫", "`again` takes `when lower`", "leave it out"),
)

CLOCK = (
    of("at: ⟪25:00⟫", "`at` takes a time of the day", 'such as "08:00"'),
    of("at: ⟪8⟫", "`at` takes a time of the day", 'write "08:00"', '"08:00"'),
    of("at: ⟪8am⟫", "`at` takes a time of the day", 'write "08:00"', '"08:00"'),
    of("at: ⟪noon⟫", "`at` takes a time of the day", 'write "12:00"', '"12:00"'),
    of("at: ⟪13am⟫", "`at` takes a time of the day", 'such as "08:00"'),
    of("at: ⟪20h15⟫", "`at` takes a time of the day", 'write "20:15"', '"20:15"'),
    of("at: ⟪8.30⟫", "`at` takes a time of the day", 'such as "08:00"'),
    of("at: ⟪24:00⟫", "`at` takes a time of the day", 'write "00:00"', '"00:00"'),
    of("at: ⟪[08:00, 20:00]⟫", "`at` takes one time of the day", 'cron: "0 8,20 * * *"'),
    of('cron: ⟪"0 0 8 * * *"⟫', "a cron text has five fields", 'write "0 8 * * *"', '"0 8 * * *"'),
    of('cron: ⟪"0 8 * *"⟫', "a cron text has five fields", "is every working day at 08:00"),
    of('cron: ⟪"@daily"⟫', "`cron` is no schedule", 'write "0 0 * * *"', '"0 0 * * *"'),
    of('cron: ⟪"0 8 * * 8"⟫', "8 is no day of the week: 0 to 7", "is every working day"),
    of('cron: ⟪"0 8 * * mon-fry"⟫', "fry is no day of the week", "did you mean fri?", '"0 8 * * mon-fri"'),
    of('cron: ⟪"60 8 * * *"⟫', "60 is no minute: 0 to 59", "is every working day"),
    of('cron: ⟪"0 0 31 2 *"⟫', "never comes", "is every working day"),
    of('cron: ⟪"0 0 1 * 1"⟫', "not both", "is every working day"),
    of("cron: ⟪8 o'clock⟫", "a cron text has five fields", "is every working day"),
)

HOURS = (
    channel("quiet: ⟪22-7⟫", "`quiet` takes the hours from when to when", 'write "22:00-07:00"', '"22:00-07:00"'),
    channel("quiet: ⟪10pm to 7am⟫", "`quiet` takes the hours", 'write "22:00-07:00"', '"22:00-07:00"'),
    channel("quiet: ⟪22:00–07:00⟫", "`quiet` takes the hours", 'write "22:00-07:00"', '"22:00-07:00"'),
    channel("quiet: ⟪22:00⟫", "`quiet` takes the hours", 'such as "22:00-07:00"'),
    channel('quiet: ⟪"00:00-24:00"⟫', "`quiet` takes the hours", 'such as "22:00-07:00"'),
    channel("quiet: ⟪22:00-25:00⟫", "`quiet` takes the hours", 'such as "22:00-07:00"'),
    channel("quiet: ⟪[22:00, 07:00]⟫", "`quiet` takes text", "without brackets"),
    channel("digest: ⟪08:00⟫", "`digest` takes a time of each day or week", "write daily at 08:00", "daily at 08:00"),
    channel("digest: ⟪daily⟫", "`digest` takes a time", "write daily at 08:00", "daily at 08:00"),
    channel("digest: ⟪weekly⟫", "`digest` takes a time", "weekly on monday at 08:00", "weekly on monday at 08:00"),
    channel("digest: ⟪every day at 8am⟫", "`digest` takes a time", "write daily at 08:00", "daily at 08:00"),
    channel("digest: ⟪weekly on funday at 8:00⟫", "`digest` takes a time", "weekly on sunday at 08:00",
            "weekly on sunday at 08:00"),
    channel('digest: ⟪"0 8 * * 1-9"⟫', "`digest` is no schedule", "every working day"),
    channel("quiet: ⟪22:00-22:00⟫", "begins when it ends", '"22:00-07:00"'),
    channel("limit: ⟪10⟫", "`limit` takes how many there may be in how long", "10 per hour, or 2 a month"),
    channel("limit: ⟪0 per hour⟫", "`limit` takes how many there may be", "10 per hour"),
    channel("limit: ⟪10 per fortnight⟫", "`limit` takes how many there may be", "10 per hour"),
    channel("limit: ⟪[10, hour]⟫", "`limit` takes text", "without brackets"),
    channel("fallback: ⟪phone⟫", "the channel phone cannot stand in for itself"),
    channel("fallback: ⟪mial⟫", "`mial` is no channel"),
    channel("digest: ⟪often⟫", "`digest` takes a time", "such as daily at 08:00"),
    channel("digest: ⟪yes⟫", "`digest` takes a time", "such as daily at 08:00"),
)  # fmt: skip

TIMES = (*LENGTHS, *CLOCK, *HOURS)
