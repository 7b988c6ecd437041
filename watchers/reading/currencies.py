"""Currencies: their codes, the labels that shops write, and which currency a label means.

Codes are those of ISO 4217 (those it has withdrawn too, as old pages still
show them, and GBX and XBT, which the trade uses for pence and bitcoin); countries those of ISO 3166-1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_OF_COUNTRIES: Final = """
AED ae|AFN af|ALL al|AMD am|ANG cw sx|AOA ao|ARS ar|AUD au ki nr tv|AWG aw|AZN az|BAM ba|BBD bb|BDT bd|BGN bg|BHD bh
BIF bi|BMD bm|BND bn|BOB bo|BRL br|BSD bs|BTN bt|BWP bw|BYN by|BZD bz|CAD ca|CDF cd|CHF ch li|CLP cl|CNY cn|COP co
CRC cr|CUP cu|CVE cv|CZK cz|DJF dj|DKK dk fo gl|DOP do|DZD dz|EGP eg|ERN er|ETB et|FJD fj|FKP fk|GBP gb uk gg im je
EUR at be cy de ee es fi fr gr hr ie it lt lu lv mt nl pt si sk ad mc me sm va xk eu gp mq re gf yt
GEL ge|GHS gh|GIP gi|GMD gm|GNF gn|GTQ gt|GYD gy|HKD hk|HNL hn|HTG ht|HUF hu|IDR id|ILS il ps|INR in|IQD iq|IRR ir
ISK is|JMD jm|JOD jo|JPY jp|KES ke|KGS kg|KHR kh|KMF km|KPW kp|KRW kr|KWD kw|KYD ky|KZT kz|LAK la|LBP lb|LKR lk
LRD lr|LSL ls|LYD ly|MAD ma eh|MDL md|MGA mg|MKD mk|MMK mm|MNT mn|MOP mo|MRU mr|MUR mu|MVR mv|MWK mw|MXN mx|MYR my
MZN mz|NAD na|NGN ng|NIO ni|NOK no sj|NPR np|NZD nz ck nu tk|OMR om|PAB pa|PEN pe|PGK pg|PHP ph|PKR pk|PLN pl|PYG py
QAR qa|RON ro|RSD rs|RUB ru|RWF rw|SAR sa|SBD sb|SCR sc|SDG sd|SEK se|SGD sg|SHP sh|SLE sl|SOS so|SRD sr|SSP ss|STN st
SYP sy|SZL sz|THB th|TJS tj|TMT tm|TND tn|TOP to|TRY tr|TTD tt|TWD tw|TZS tz|UAH ua|UGX ug|USD us pr ec sv as gu vi
UYU uy|UZS uz|VES ve|VND vn|VUV vu|WST ws|XAF cm cf cg ga gq td|XCD ag dm gd kn lc vc ai ms|XOF bf bj ci gw ml ne sn tg
XPF nc pf wf|YER ye|ZAR za|ZMW zm|ZWL zw
"""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CODES_ALONE: Final = """
AFL ATS BEF BOV CHE CHW CLF COU CUC CYP DEM EEK ESP FIM FRF GGP GRD HRK IEP IMP ITL JEP LTL LUF LVL MRO MTL MXV NLG NTD
PRB PTE RMB RUR SIT SKK SLL STD SVC TVD USN UYI VAL VEF VEB ZMK ZWD ZWG
"""
_SPELLED: Final = {"RMB": "CNY", "NTD": "TWD", "AFL": "AWG", "RUR": "RUB"}
"""Labels in the form of a code that ISO 4217 does not know, and the code that they mean."""

_LABELS: Final = """
€ EUR|EUROS EUR|EURO EUR|euros EUR|euro EUR|Euros EUR|Euro EUR|Eur EUR|US$ USD|$US USD|U$S USD|USD$ USD|AU$ AUD|A$ AUD
CA$ CAD|C$ CAD= NIO|CDN$ CAD|NZ$ NZD|HK$ HKD|NT$ TWD|S$ SGD|SG$ SGD|MX$ MXN|Mex$ MXN|AR$ ARS|CL$ CLP|CLP$ CLP|CO$ COP
COL$ COP|BN$ BND|B$ BND BSD|BZ$ BZD|CV$ CVE|CUC$ CUC|Bds$ BBD|J$ JMD|N$ NAD|R$ BRL|RD$ DOP|T$ TOP|TT$ TTD|WS$ WST
Z$ ZWL|$U UYU|MOP$ MOP|G$ GYD|L$ LRD|EC$ XCD|FJ$ FJD|$ USD? CAD AUD NZD SGD HKD TWD MXN CLP COP ARS UYU BND BZD JMD
＄ USD? TWD|﹩ USD? TWD|£ GBP=|￡ GBP=|SY£ SYP|LB£ LBP|E£ EGP|IR£ IEP|₤ GBP=|¥ JPY? CNY|￥ JPY? CNY|CN¥ CNY|JP¥ JPY
円 JPY|日元 JPY|元 CNY= TWD HKD|人民币 CNY|₹ INR|र INR=|रु INR= NPR|रू NPR= INR|नेरू NPR|₨ INR? PKR LKR NPR MUR SCR
Rs. INR? PKR LKR NPR MUR SCR|Rs INR? PKR LKR NPR MUR SCR|PKRs PKR|NPRs NPR|MURs MUR|SLRs LKR|Re. INR|৳ BDT|টকা BDT|টাকা BDT
Tk BDT|ரூ LKR=|₩ KRW|원 KRW|₫ VND|đ VND|VNĐ VND|฿ THB|บาท THB|៛ KHR|₭ LAK|₱ PHP|Php PHP|PhP PHP|Rp. IDR|Rp IDR|RM MYR
₮ MNT|₽ RUB|б.р. BYN|б. р. BYN|бел. руб. BYN|бел.руб. BYN|бел. руб BYN
руб. RUB= BYN|руб RUB= BYN|р. RUB= BYN|Р. RUB= BYN|р RUB= BYN|Р RUB= BYN|Rbl RUB|Br BYN= ETB
₴ UAH|грн. UAH|грн UAH|hrn UAH|₸ KZT|тенге KZT|тңг. KZT|тңг KZT|тг. KZT|тг KZT|₼ AZN|ман. AZN|₾ GEL|ლარი GEL
lari GEL|֏ AMD|դր. AMD|դր AMD|сум UZS|сом KGS|som KGS|лв. BGN|лв BGN|ден MKD|ДЕН MKD|дин. RSD|дин RSD|динара RSD
динар RSD|Dinara RSD|din. RSD|КМ BAM|KM BAM|Kč CZK|KČ CZK|Kc CZK|Kčs CZK|zł PLN|Zł PLN|ZŁ PLN|zl PLN|Ft HUF|FT HUF
lei RON= MDL|Lei RON= MDL|LEI RON= MDL|leu RON= MDL|kn HRK|Kn HRK|KN HRK|kn. HRK
Lek ALL|Lekë ALL|₺ TRY|TL TRY|kr. SEK? NOK DKK ISK
Kr. SEK? NOK DKK ISK|kr SEK? NOK DKK ISK|Kr SEK? NOK DKK ISK|KR SEK? NOK DKK ISK|SKr SEK|Skr SEK|NKr NOK|Nkr NOK
DKr DKK|Dkr DKK|Ikr ISK|SFr. CHF|SFr CHF|sFr. CHF|Fr. CHF=|fr. CHF=|Fr CHF=|CFA XOF= XAF|FCFA XOF= XAF|CFP XPF
₪ ILS|ש"ח ILS|ש״ח ILS|ש'ח ILS|nis ILS|NIS ILS|﷼ IRR? SAR YER OMR QAR|ریال IRR|تومان|ريال SAR? YER OMR QAR|SR SAR
\u20c1 SAR|ر.س SAR|ر.ق QAR|QR QAR|ر.ع OMR|ر.ي YER|YR YER|د.إ AED
درهم AED= MAD|Dhs. AED|Dhs AED|Dh AED? MAD|DH MAD? AED|د.ك KWD
KD KWD|د.ب BHD|BD BHD|د.أ JOD|د.ا JOD|JD JOD|د.ع IQD|د.ت TND|DT TND|د.ج DZD|DA DZD|د.م MAD|د.ل LYD|ل.د LYD|LD LYD
ل.ل LBP|ل.س SYP|ج.م EGP|جنيه EGP= SDG|LE EGP|دينار KWD? IQD JOD BHD DZD LYD TND|د. IQD? KWD JOD
؋ AFN|₦ NGN|GH₵ GHS|₵ GHS
KShs KES|KSh KES|Kshs KES|Ksh KES|TSh TZS|USh UGX|Ssh SOS|R ZAR|ZK ZMW|MK MWK|MT MZN|MTn MZN|Kz AOA|Ar MGA|FBu BIF
FRw RWF|Fdj DJF|FG GNF|FC CDF|Nfk ERN|ናቕፋ ERN|نافكا ERN|Le SLE|Db STN|UM MRU|CF KMF|Esc CVE|SPL SPL|VT VUV|S/. PEN
S/ PEN|S' PEN|B/. PAB|Bs. BOB? VES|Bs BOB? VES|Bs.F. VEF|₡ CRC= SVC|₲ PYG|Gs. PYG|ƒ AWG? ANG|Afl. AWG|Ks MMK|Nu. BTN
Rf MVR|DM DEM|D-Mark DEM|öS ATS|Pts ESP|Ptas ESP|Pta ESP|₧ ESP|Sk SKK|Lt LTL|litų LTL|Ls LVL|tolarjev SIT|kroon EEK
₯ GRD|Δρχ. GRD|Δρ. GRD|franc CHF? XOF|₣ CHF? FRF|pound GBP|pounds GBP|stg GBP|GBp GBX|₿ XBT|Ƀ XBT|dollars USD? CAD AUD
"""
"""A label and what it means. `?`: nothing without a hint; `=`: the first one unless a hint says another.

The toman is ten rials, and has no code: to call it IRR would be wrong tenfold.
"""

_WORDS: Final = _set(
    "ALL TRY TOP CUP PEN MAD BOB SOS GEL LAK MOP COP BAM VAL IMP SIT CHE SPL Esc Pts Pta Lek lari som Rbl Lei lei "
    "leu ден ДЕН сум сом franc pound pounds dollars din. дин. Sk Re. nis stg"
)
"""Labels that are words of a language, too."""
_SPACELESS: Final = frozenset("円元원") | {"บาท"}
"""Labels of scripts that write no spaces between words."""
_BETWEEN: Final = " :.,-\u00a0\u202f\u200b\u200e\u200f"

_LOWER_CASE_CODES: Final = _set(
    "eur usd gbp chf pln czk sek nok dkk huf ron bgn aud cad nzd inr jpy brl mxn zar sgd hkd rub uah"
)
"""Codes that shops also write small and that are no word of a language that shops write."""

LANGUAGE_COUNTRY: Final = {
    "sv": "se", "da": "dk", "nb": "no", "nn": "no", "no": "no", "is": "is", "ja": "jp", "zh": "cn", "hi": "in",
    "ne": "np", "si": "lk", "ur": "pk", "ru": "ru", "be": "by", "uk": "ua", "cs": "cz", "ro": "ro", "fa": "ir",
}  # fmt: skip
"""Languages that are spoken in one country, for the purpose of telling currencies apart."""

THREE_DECIMALS: Final = _set("BHD JOD KWD LYD OMR TND")
"""Currencies of a thousand parts; Iraq's dinar has them in the standard alone, and is written without decimals."""
NO_DECIMALS: Final = _set(
    "BIF CLP COP CRC DJF GNF HUF IDR IQD IRR ISK JPY KHR KMF KRW LAK MGA MMK MNT PYG RWF TZS UGX UZS VND VUV XAF XOF "
    "XPF"
)
"""Currencies whose prices are written without decimals, by ISO 4217 or by custom."""
SMALL_UNITS: Final = NO_DECIMALS | _set("AOA BDT CZK ETB INR KES KZT LBP LKR MKD NGN NPR PHP PKR RSD RUB THB TWD UAH")
"""Currencies with a unit so small that nobody writes thousandths of it."""
COMMA_DECIMALS: Final = _set(
    "AOA ARS BAM BGN BOB BRL BYN CLP COP CZK DKK EUR HRK HUF IDR ISK KZT MDL MKD MZN NOK PLN PYG RON RSD RUB SEK "
    "TRY UAH UYU VES VND"
)
"""Currencies whose home writes a comma before the decimals and a point between thousands."""
POINT_DECIMALS: Final = _set(
    "AED AUD BND BWP CAD CHF CNY DOP EGP GBP GHS GTQ HKD HNL ILS INR JMD JPY KES KRW LKR MOP MUR MXN MYR NAD NGN "
    "NIO NPR NZD PAB PEN PHP PKR QAR SAR SCR SGD THB TTD TWD USD ZAR ZMW"
)
"""Currencies whose home writes a point before the decimals and a comma between thousands."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a label can mean: the codes, the likeliest first, and whether the first holds without a hint."""

    codes: tuple[str, ...]
    settled: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A currency as it stands in a text, with its place."""

    text: str
    start: int
    end: int


def _countries() -> dict[str, str]:
    entries = (entry.split() for line in _OF_COUNTRIES.split("\n") for entry in line.split("|") if entry)
    return {country: code for code, *countries in entries for country in countries}


def _meanings() -> dict[str, _Meaning]:
    meanings = {code: _Meaning((_SPELLED.get(code, code),), settled=True) for code in CODES}
    meanings |= {code: meanings[code.upper()] for code in _LOWER_CASE_CODES}
    for entry in _LABELS.strip().replace("\n", "|").split("|"):
        label, *codes = entry.split(" ")
        settled = len(codes) == 1 or (bool(codes) and codes[0].endswith("="))
        meanings[label] = _Meaning(tuple(code.rstrip("?=") for code in codes), settled)
    return meanings


COUNTRY_CURRENCY: Final = _countries()
CODES: Final = frozenset(COUNTRY_CURRENCY.values()) | frozenset(_CODES_ALONE.split())
_MEANINGS: Final = _meanings()


def _finders() -> dict[str, re.Pattern[str]]:
    """Patterns by the first sign of their labels, the longest label first, and no letters running on at its end."""
    stems = {"руб", "грн"}  # inflected: "рублей", "гривень"
    by_first: dict[str, list[str]] = {}
    for label in sorted(_MEANINGS, key=len, reverse=True):
        written = re.escape(label)
        after = r"(?![^\W\d_])" if label[-1].isalpha() and label not in stems else ""
        if label in _SPACELESS:  # words run on behind it: "1299元起"
            after = rf"(?:{after}|(?<=[\d万萬만]{written})|(?<=\d\s{written}))"
        by_first.setdefault(label[0], []).append(written + after)
    return {first: re.compile("|".join(patterns)) for first, patterns in by_first.items()}


_FINDERS: Final = _finders()
_FIRST: Final = re.compile(
    "(?<![^\\W\\d_万萬만])[{}]|[{}]".format(
        re.escape("".join(first for first in _FINDERS if first.isalpha())),
        re.escape("".join(first for first in _FINDERS if not first.isalpha())),
    )
)
_DOLLAR_AND_CODE: Final = re.compile(r"\$ ?([A-Z]{2}D)(?![A-Za-z])|(?<![A-Za-z])([A-Z]{2}D) ?\$")
"""A dollar sign beside a code that says whose dollar it is: the code is the label."""


def labels(text: str) -> Iterator[Label]:
    """Yield the currencies that stand in a text, in its order.

    What could as well be a word ("ALL", "Le", "р") counts only beside a number, or where it is the whole text.
    """
    named = {match.start(): match for match in _DOLLAR_AND_CODE.finditer(text) if (match[1] or match[2]) in CODES}
    position = 0
    while first := _FIRST.search(text, position):
        position = first.end()
        if match := named.get(first.start()):
            position = match.end()
            yield Label(match[1] or match[2], match.start(), match.end())
        elif found := _FINDERS[first[0]].match(text, first.start()):
            position = found.end()
            if "\u0600" <= first[0] <= "\u06ff":  # an Arabic abbreviation may end in a point and a direction mark
                position += len(text[position : position + 2]) - len(text[position : position + 2].lstrip(".\u200f"))
            if not _wordlike(found[0]) or _beside_number(text, found.start(), position):
                yield Label(text[found.start() : position], found.start(), position)


def _wordlike(label: str) -> bool:
    return label in _WORDS or (label.isalpha() and len(label) <= 2 and label[0].lower() != label[0].upper())


def _beside_number(text: str, start: int, end: int) -> bool:
    before, after = text[:start].rstrip(_BETWEEN)[-1:], text[end : end + 9].lstrip(_BETWEEN)[:1]
    return before.isdecimal() or after.isdecimal() or not (text[:start] + text[end:]).strip()


def currency_code(text: str, *, country: str = "", language: str = "", domain: str = "") -> str | None:
    """Return the ISO 4217 code of a currency label.

    Labels that several countries share ("$", "kr", "¥" …) need a hint; without one that settles it: None.

    Args:
        text: A label or code, or a text with one in it.
        country: ISO 3166 code of the shop's country.
        language: Language tag of the page ("en-CA").
        domain: Host name of the shop: its top-level domain counts where it is a country's.
    """
    label = text if text in _MEANINGS else next((label.text for label in labels(text)), "")
    meaning = _meaning(label)
    if meaning is None:
        return None
    tongue, _, region = language.lower().replace("_", "-").partition("-")
    hints = (country, region, domain.rpartition(".")[2], LANGUAGE_COUNTRY.get(tongue, ""))
    for hint in hints:
        if (code := COUNTRY_CURRENCY.get(hint.lower())) in meaning.codes:
            return code
    return meaning.codes[0] if meaning.settled else None


def may_mean(text: str) -> tuple[str, ...]:
    """Return every code that a label can mean, the likeliest first; empty where it is no label."""
    meaning = _meaning(text)
    return meaning.codes if meaning else ()


def _meaning(label: str) -> _Meaning | None:
    return _MEANINGS.get(label) or _MEANINGS.get(label.rstrip(".\u200f"))
