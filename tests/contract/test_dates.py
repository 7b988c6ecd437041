"""The kind `dates` keeps what every kind promises, for address books and for calendars."""

from watchers.dates import Dates
from watchers.testing import WatcherContract

CARDS = [
    (
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:sam\r\nFN:Sam Gump\r\nBDAY:1988-02-29\r\n"
        "ANNIVERSARY:20110604\r\nEND:VCARD\r\n"
    ),
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;;\r\nBDAY:--0310\r\nEND:VCARD\r\n",
    (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-12-24\r\n"
        "item1.X-ABDATE:2001-09-01\r\nitem1.X-ABLabel:_$!<Anniversary>!$_\r\nEND:VCARD\r\n"
    ),
]
EVENT = (
    "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART;VALUE=DATE:19650423\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Birthday of {0}\r\n"
    "CATEGORIES:BIRTHDAY\r\nEND:VEVENT\r\n"
)


def calendar(*names: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\n{''.join(EVENT.format(name) for name in names)}END:VCALENDAR\r\n".encode()


class TestAddressBook(WatcherContract):
    watcher = Dates(url="https://home.example/contacts.vcf")
    answers = "".join(CARDS).encode()
    reordered = "".join(CARDS[::-1]).encode()


class TestReminders(WatcherContract):
    watcher = Dates(url="https://home.example/contacts.vcf", remind=(30, 14, 3), leap_day="mar1")
    answers = "".join(CARDS).encode()
    reordered = "".join(CARDS[::-1]).encode()


class TestCalendarOfBirthdays(WatcherContract):
    watcher = Dates(url="webcal://home.example/birthdays.ics")
    answers = calendar("Sam", "Ann")
    reordered = calendar("Ann", "Sam")
