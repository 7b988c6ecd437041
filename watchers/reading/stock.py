"""Whether a product can be bought now: what the structured data says, then what the page says in words.

Absence of "sold out" is no proof of stock: an answer needs words, a claim or a buy button that say so.
Source of the claimed values: https://schema.org/ItemAvailability, and Google's and Facebook's catalogue feeds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from watchers.reading.layout import Layout, Run
from watchers.reading.offers import Stock
from watchers.reading.shown import Landmarks, is_aside
from watchers.reading.tags import PriceTag
from watchers.reading.vocabulary import Role

IN_STOCK: Final = "in_stock"
OUT_OF_STOCK: Final = "out_of_stock"
PREORDER: Final = "preorder"
BACKORDER: Final = "backorder"
DISCONTINUED: Final = "discontinued"
AVAILABILITIES: Final = (IN_STOCK, OUT_OF_STOCK, PREORDER, BACKORDER, DISCONTINUED)
FOR_SALE: Final = frozenset({IN_STOCK, PREORDER, BACKORDER})

_CLAIMED: Final = {
    "instock": IN_STOCK,
    "instoreonly": IN_STOCK,
    "onlineonly": IN_STOCK,
    "limitedavailability": IN_STOCK,
    "madetoorder": IN_STOCK,
    "availablefororder": IN_STOCK,
    "available": IN_STOCK,
    "outofstock": OUT_OF_STOCK,
    "soldout": OUT_OF_STOCK,
    "oos": OUT_OF_STOCK,
    "unavailable": OUT_OF_STOCK,
    "notavailable": OUT_OF_STOCK,
    "reserved": OUT_OF_STOCK,
    "preorder": PREORDER,
    "presale": PREORDER,
    "backorder": BACKORDER,
    "discontinued": DISCONTINUED,
}
_FIRST_COUNTS: Final = (IN_STOCK, PREORDER, BACKORDER, OUT_OF_STOCK, DISCONTINUED)
MAX_WORDS_CHARACTERS: Final = 90
NEAR_RUNS: Final = 60
FAR_RUNS: Final = 400
LATE_CHARACTERS: Final = 25
ENOUGH: Final = 2.5
MARGIN: Final = 1.0
_NO_LETTER = re.compile(r"[^a-z]")
_PLACE = re.compile(r"avail|stock|inventor|disponib|verfueg|dostup|lager|delivery-?(?:message|status)", re.IGNORECASE)
_NEGATED = re.compile(r"(?<![^\W\d_])(?:not|no|non|nicht|kein|keine|ne|n'est|pas|plus|niet|nie|nije|ni|nu|není|inte|ikke|ej|ei|не|нет|nem|δεν|não|sin|sem)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_AGAIN = re.compile(r"(?<![^\W\d_])(?:again|back|wieder|de nouveau|à nouveau|di nuovo|de nuevo|vuelva|novamente|de novo|opnieuw|weer|ponownie|znovu|ponovo|din nou|újra|igen|igjen|снова|знову)(?![^\W\d_])", re.IGNORECASE)


def _words(*alternatives: str) -> re.Pattern[str]:
    spaced = "|".join(alternatives)
    return re.compile(rf"(?<![^\W\d_])(?:{spaced})(?![^\W\d_])", re.IGNORECASE)


_SAID: Final = (
    (
        DISCONTINUED,
        _words(
            r"(?:has been |is |been )?discontinued|no longer (?:available|sold|made)|nicht mehr (?:lieferbar|verfügbar|erhältlich)",
            r"n'est plus (?:disponible|commercialisé|vendu)|ya no (?:está )?disponible|non più disponibile|niet meer (?:leverbaar|verkrijgbaar)",
            r"снят с производства|produkt wycofany|ukončená výroba|prodej ukončen",
        ),
    ),
    (
        OUT_OF_STOCK,
        _words(
            r"out of stock|out-of-stock|sold ?out|currently unavailable|temporarily (?:unavailable|out of stock)|not available|unavailable",
            r"not in stock|no stock|(?:notify|email|e-mail) me when (?:available|(?:it is |it's )?back)|notify me|back in stock soon|coming back soon",
            r"we don't know when or if this item will be back in stock|this (?:item|product) is (?:currently )?(?:not available|unavailable|sold out)",
            r"nicht (?:auf lager|vorrätig|verfügbar|lieferbar)|derzeit nicht (?:verfügbar|lieferbar|auf lager)|ausverkauft|vergriffen|momentan nicht \w+",
            r"(?:actuellement |temporairement |produit |article )?indisponible|(?:non|plus|pas) disponible|en rupture(?: de stock)?|rupture de stock|épuisé|plus en stock|victime de son succès",
            r"(?:attualmente )?non disponibile|esaurito|non è disponibile|terminato",
            r"agotad[oa]s?|no disponible|sin (?:stock|existencias)|fuera de stock|no (?:está )?disponible|actualmente no disponible",
            r"esgotad[oa]|indispon[íi]vel|sem (?:stock|estoque)|produto (?:esgotado|indisponível)|fora de estoque",
            r"uitverkocht|niet (?:op voorraad|leverbaar|beschikbaar)|tijdelijk uitverkocht",
            r"(?:produkt )?niedostępny|brak (?:w magazynie|towaru)|wyprzedane|chwilowo niedostępny|vyprodáno|není skladem|nedostupné|vypredané|nie je skladom",
            r"rasprodano|nije dostupno|nema na (?:zalihi|skladištu|stanju)|nedostupno|razprodano|ni na zalogi|stoc epuizat|indisponibil|nu este (?:disponibil|in stoc|în stoc)",
            r"elfogyott|nem elérhető|nincs (?:raktáron|készleten)|slutsåld|slut i lager|ej i lager|tillfälligt slut|utsolgt|ikke på lager|udsolgt|loppuunmyyty|ei varastossa",
            r"tükendi|stokta yok|habis|stok habis|hết hàng|нет в наличии|нет на складе|распродано|товар закончился|немає в наявності|няма в наличност|изчерпан|εξαντλ\w+|μη διαθέσιμο|δεν είναι διαθέσιμο",
        ),
    ),
    (OUT_OF_STOCK, re.compile(r"缺货|缺貨|已售完|售罄|完售|售完|補貨中|在庫切れ|在庫なし|売り切れ|品切れ|入荷待ち|품절|일시품절|สินค้าหมด|غير متوفر|نفذت الكمية|נגמר במלאי|אזל")),
    (
        PREORDER,
        _words(
            r"pre-?order(?: now)?|available for pre-?order|vorbestell\w*|jetzt vorbestellen|précommande\w*|en précommande|preordina|prenotalo|reserva(?:r)? ahora|pré-venda|předobjednávka|przedsprzedaż|предзаказ",
        ),
    ),
    (
        BACKORDER,
        _words(r"(?:available )?on back-?order|back-?order(?:ed)?|auf bestellung|sur commande|su ordinazione|bajo pedido|sob encomenda|na zamówienie|na objednávku|под заказ"),
    ),
    (
        IN_STOCK,
        _words(
            r"in stock|in-stock|in store and online|only \d+ (?:left|remaining)(?: in stock)?|\d+ (?:in stock|available|left in stock|left)|available (?:now|to order|online)|ready to ship|usually (?:ships|dispatched)|item available|product available",
            r"auf lager|(?:sofort |ab lager )?(?:lieferbar|verfügbar|versandfertig)|vorrätig|nur noch \d+|lagernd|an lager|gewöhnlich versandfertig",
            r"en stock|disponible(?: immédiatement| en ligne)?|expédié sous|il ne reste plus que \d+|plus que \d+|habituellement expédié|en existencias|disponibilidad inmediata|envío inmediato|queda\(?n?\)? \d+|disponible ahora|hay existencias",
            r"disponibilità immediata|disponibile|solo \d+ pezzi|generalmente spedito|em stock|em estoque|disponível|envio imediato|pronta entrega",
            r"op voorraad|uit voorraad leverbaar|leverbaar|direct leverbaar|w magazynie|dostępny|na stanie|skladem|na skladě|dostupné|skladom|na zalihi|na skladištu|dostupno|raspoloživo|na zalogi|dobavljivo",
            r"[iî]n stoc|disponibil|raktáron|készleten|elérhető|i lager|finns i lager|på lager|på fjernlager|varastossa|heti varastossa|stokta|mevcut|tersedia|stok tersedia|còn hàng",
            r"в наличии|есть в наличии|на складе|в наявності|є в наявності|в наличност|διαθέσιμο|άμεσα διαθέσιμο|laos|ir noliktavā|ir uz vietas|yra sandėlyje|turime",
        ),
    ),
    (IN_STOCK, re.compile(r"有货|有貨|现货|現貨|库存充足|在庫あり|残り\d+|재고 있음|มีสินค้า|متوفر|متوفرة|במלאי")),
)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a product can be bought now.

    Attributes:
        state: One of `AVAILABILITIES`, or None where it is not known.
        evidence: Where that stood.
        reason: Why it is not known, where there is more to say than that nothing does.
        weight: How surely words on the page are about the product.
    """

    state: str | None = None
    evidence: str = ""
    reason: str = ""
    weight: float = 0.0


def availability(claims: Sequence[Stock], seen: Availability) -> Availability:
    """Weigh what is claimed against what the page says in words; one variant in stock makes the product so."""
    states = {state: each for each in reversed(claims) if (state := _CLAIMED.get(_NO_LETTER.sub("", _short(each.text))))}
    state = next((state for state in _FIRST_COUNTS if state in states), None)
    if state is None:
        return seen if seen.weight >= ENOUGH else Availability(reason=seen.reason)
    claim = f"{states[state].place}: {_short(states[state].text)}"
    if seen.state is not None and seen.weight > ENOUGH and (seen.state in FOR_SALE) != (state in FOR_SALE):
        return Availability(reason=f"{claim}, but {seen.evidence}")
    return Availability(state, claim)


def _short(text: str) -> str:
    return text.strip().rstrip("/").rpartition("/")[2].lower()


def seen_availability(layout: Layout, marks: Landmarks, tag: PriceTag | None) -> Availability:
    """Return what the words near the product say of its stock.

    Args:
        tag: The visible price of the product, where it is known.
    """
    best: dict[bool, Availability] = {}
    for run, distance in _near(layout, marks, tag):
        state = said(run.text)
        if state is None or _is_spare_label(layout, run, marks):
            continue
        found = Availability(state, f'the page says "{run.text}"', weight=_weight(layout, run, distance))
        known = best.get(state in FOR_SALE)
        if found.weight > 0 and (known is None or found.weight > known.weight):
            best[state in FOR_SALE] = found
    ranked = sorted(best.values(), key=lambda each: -each.weight)
    if len(ranked) == 2 and ranked[0].weight - ranked[1].weight < MARGIN:
        return Availability(reason=f"{ranked[0].evidence}, and {ranked[1].evidence}")
    return ranked[0] if ranked else Availability()


def _near(layout: Layout, marks: Landmarks, tag: PriceTag | None) -> Iterator[tuple[Run, int]]:
    """Yield the short visible texts around the heading and the price, with how far they are from them."""
    heading = marks.heading
    anchors = [*([heading.order] if heading else []), *([tag.order] if tag else []), *marks.buttons[:1]]
    for run in layout.runs:
        distance = min((abs(run.order - anchor) for anchor in anchors), default=FAR_RUNS)
        if len(run.text) > MAX_WORDS_CHARACTERS or distance >= FAR_RUNS:
            continue
        around = layout.around(run)
        if not (around.hidden or around.unseen or around.link or around.struck or is_aside(around, marks)):
            yield run, distance


def _is_spare_label(layout: Layout, run: Run, marks: Landmarks) -> bool:
    """Say whether a text shares its button with "add to cart": a script shows one of the two."""
    own = {step.identity for step in layout.around(run).outwards(3) if step.tag in ("a", "button")}
    return any(
        not own.isdisjoint(step.identity for step in layout.around(layout.runs[order]).outwards(3))
        for order in marks.buttons
        if abs(order - run.order) <= 4
    )


def _weight(layout: Layout, run: Run, distance: int) -> float:
    steps = list(layout.around(run).outwards(4))
    weight = 1.0 if distance <= NEAR_RUNS else 0.0
    weight += 1.0 if len(run.text) <= 30 else 0.0
    weight += 2.0 if any(_PLACE.search(step.names.text) for step in steps) else 0.0
    weight += 0.5 if any(step.names.current or step.names.price for step in steps) else 0.0
    if any(Role.OTHER in step.names.roles or step.tag in ("th", "dt", "li") for step in steps[:3]):
        weight -= 2.0  # one size of several, or a row of a table
    return weight


def said(text: str) -> str | None:
    """Return what a short text says of stock: "not available" and "available again" are no stock."""
    for state, pattern in _SAID:
        found = pattern.search(text)
        if found is None:
            continue
        if state != IN_STOCK:
            return state
        if _NEGATED.search(text[: found.start()]) or _AGAIN.search(text):
            return OUT_OF_STOCK
        return state if found.start() <= LATE_CHARACTERS else None
    return None
