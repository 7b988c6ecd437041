"""The kind `calendar` keeps what every kind promises."""

from watchers.calendar import Calendar
from watchers.testing import WatcherContract

EVENTS = [
    (
        "BEGIN:VEVENT\r\nUID:dentist@home.example\r\nDTSTART;TZID=Europe/Paris:20260615T093000\r\nDURATION:PT45M\r\n"
        "SUMMARY:Dentist\\, upper floor\r\nLOCATION:Rue de la Paix\r\nEND:VEVENT\r\n"
    ),
    (
        "BEGIN:VEVENT\r\nUID:choir@home.example\r\nDTSTART:20260105T180000Z\r\nDTEND:20260105T200000Z\r\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO\r\nEXDATE:20260608T180000Z\r\nSUMMARY:Choir\r\nCATEGORIES:music,evening\r\nEND:VEVENT\r\n"
    ),
    (
        "BEGIN:VEVENT\r\nUID:choir@home.example\r\nRECURRENCE-ID:20260615T180000Z\r\nDTSTART:20260616T180000Z\r\n"
        "SUMMARY:Choir, on Tuesday\r\nEND:VEVENT\r\n"
    ),
    (
        "BEGIN:VEVENT\r\nUID:holiday@home.example\r\nDTSTART;VALUE=DATE:20260801\r\nDTEND;VALUE=DATE:20260815\r\n"
        "SUMMARY:Away\r\nSTATUS:CANCELLED\r\nDESCRIPTION:<p>By train</p>\r\nURL:https://rail.example/7\r\nEND:VEVENT\r\n"
    ),
]


def ics(events: list[str]) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Home\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


class TestCalendar(WatcherContract):
    watcher = Calendar(url="webcal://home.example/calendar.ics")
    answers = ics(EVENTS)
    reordered = ics(EVENTS[::-1])


class TestShortHorizon(WatcherContract):
    watcher = Calendar(url="https://home.example/calendar.ics", within="2 months")
    answers = ics(EVENTS)
    reordered = ics(EVENTS[::-1])
    cursor = "2026-06-01 UTC"
