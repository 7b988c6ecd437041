"""What shops write about their stock, in many languages, and the values that structured data has for it.

Entries stand apart by semicolons; a star stands for the rest of a word and # for a number. Entries of scripts that
write no spaces are found inside longer words too. Sources of the values: https://schema.org/ItemAvailability and the
product data specifications of Google's and Facebook's catalogues.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

IN_STOCK: Final = "in_stock"
OUT_OF_STOCK: Final = "out_of_stock"
PREORDER: Final = "preorder"
BACKORDER: Final = "backorder"
DISCONTINUED: Final = "discontinued"
AVAILABILITIES: Final = (IN_STOCK, OUT_OF_STOCK, PREORDER, BACKORDER, DISCONTINUED)
FOR_SALE: Final = frozenset({IN_STOCK, PREORDER, BACKORDER})

CLAIMED: Final[Mapping[str, str]] = {
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
"""The last part of a claimed value, its letters alone."""

_SAID: Final[Mapping[str, str]] = {
    DISCONTINUED: """
        discontinued; no longer available; no longer sold; no longer made; nicht mehr lieferbar; nicht mehr verfügbar;
        nicht mehr erhältlich; n'est plus disponible; n'est plus commercialisé; n'est plus vendu; ya no disponible; ya
        no está disponible; non più disponibile; niet meer leverbaar; niet meer verkrijgbaar; снят с производства;
        produkt wycofany; ukončená výroba; prodej ukončen; 生産終了; 販売終了; 停产; 단종; nicht mehr im sortiment;
        produit arrêté; non più in commercio; descatalogado; fora de linha; wycofany z oferty; wycofany ze sprzedaży;
        prodej skončil; utgått ur sortimentet; utgått av sortiment; udgået af sortiment; poistunut tuote; poistunut
        valikoimasta; kifutott termék; снят с продажи; знятий з виробництва; 판매종료; 판매 종료; 已下架; ngừng kinh
        doanh; ngừng bán""",
    OUT_OF_STOCK: """
        in stock soon; available soon; bald verfügbar; demnächst verfügbar; bientôt disponible; próximamente
        disponible; disponible próximamente; brevemente disponível; presto disponibile; binnenkort leverbaar; wkrótce
        dostępny; out of stock; out-of-stock; sold out; soldout; currently unavailable; temporarily unavailable; not
        available; unavailable; not in stock; no stock; notify me when available; notify me when it is available;
        notify me when in stock; notify me when back in stock; email me when available; e-mail me when available; nicht
        auf lager; nicht vorrätig; nicht verfügbar; nicht lieferbar; ausverkauft; vergriffen; indisponible; non
        disponible; plus disponible; pas disponible; rupture de stock; en rupture; épuisé; victime de son succès; plus
        en stock; non disponibile; esaurito; terminato; agotado; agotada; agotados; no disponible; sin stock; sin
        existencias; fuera de stock; esgotado; esgotada; indisponível; indisponivel; sem stock; sem estoque; fora de
        estoque; uitverkocht; niet op voorraad; niet leverbaar; niet beschikbaar; niedostępny; niedostępna;
        niedostępne; brak w magazynie; brak towaru; wyprzedane; wyprzedany; vyprodáno; není skladem; nedostupné;
        vypredané; nie je skladom; rasprodano; nije dostupno; nedostupno; nema na zalihi; nema na skladištu; nema na
        stanju; razprodano; ni na zalogi; stoc epuizat; indisponibil; nu este disponibil; nu este in stoc; nu este în
        stoc; elfogyott; nem elérhető; nincs raktáron; nincs készleten; slutsåld; slut i lager; ej i lager; tillfälligt
        slut; utsolgt; ikke på lager; udsolgt; loppuunmyyty; ei varastossa; tükendi; stokta yok; habis; hết hàng; нет в
        наличии; нет на складе; распродано; товар закончился; немає в наявності; няма в наличност; εξαντλ*; μη
        διαθέσιμο; 缺货; 缺貨; 已售完; 售罄; 完售; 售完; 補貨中; 在庫切れ; 在庫なし; 売り切れ; 品切れ; 入荷待ち; 품절;
        สินค้าหมด; غير متوفر; نفذت الكمية; נגמר במלאי; אזל מהמלאי; hors stock; stock épuisé; avise-me quando chegar; nem
        rendelhető; stoc 0; изчерпан*; няма наличност; не е налич*; временно отсутствует; нет в продаже; закончился;
        закончилась; закінчився; закінчилась; немає на складі; temin edilemiyor; stoklarımızda kalmamıştır; stokta
        kalmadı; on loppu; tilapäisesti loppu; ei saatavilla; läbi müüdud; otsas; pole laos; ei ole laos; nav pieejams;
        nav pieejama; nav noliktavā; izpārdots; izpārdota; išparduota; neturime; nėra sandėlyje; prekės nėra; 完売;
        売切れ; 无货; 無貨; 暂无库存; 無庫存; 매진; 재고 없음; 재고없음; หมดแล้ว; stok kosong; نفذ من المخزون; نفدت
        الكمية; غير متاح; אזל המלאי; לא במלאי; חסר במלאי; לא זמין; ناموجود; موجود نیست; تمام شد; awaiting stock;
        expected in stock; nicht bestellbar; en réapprovisionnement; en cours de réapprovisionnement; loppu varastosta;
        satışa kapalı; ожидается поступление; rasprodato; 入荷未定; 在庫：×; 在庫:×; 在庫：なし; 在庫: なし; 在庫:なし;
        구매 불가; 구매불가; 补货中; 庫存不足; barang kosong; หมดชั่วคราว; نفد من المخزون; אזל; स्टॉक में नहीं""",
    PREORDER: """
        preorder; pre-order; pre order; available for pre-order; vorbestell*; précommande*; precommande*; preordina;
        prenotalo; reservar ahora; reserva ahora; pré-venda; pre-venta; preventa; předobjednávka; przedsprzedaż;
        предзаказ; 予約受付中; 예약판매; 預購; 预售; erscheint am #; prenotabile; pré-commande; pré-encomenda;
        förhandsboka; forhåndsbestill; forudbestil; ennakkotilaus; ennakkotilattavissa; előrendelhető; előrendelés;
        precomanda; precomandă; ön sipariş; передзамовлення; προπαραγγελία; đặt trước; สั่งจองล่วงหน้า""",
    BACKORDER: """
        on backorder; backorder; back-order; backordered; on back order; auf bestellung; sur commande; su ordinazione;
        bajo pedido; sob encomenda; na zamówienie; na objednávku; под заказ; お取り寄せ; beställningsvara;
        bestillingsvare; tilaustuote; rendelésre; la comanda; la comandă; під замовлення; по поръчка; κατόπιν
        παραγγελίας""",
    IN_STOCK: """
        in stock; in-stock; # left; only # left; only # remaining; # available; available now; available to order;
        available online; ready to ship; usually ships; usually dispatched; auf lager; lieferbar; verfügbar;
        versandfertig; vorrätig; nur noch #; lagernd; an lager; en stock; disponible; expédié sous; il ne reste plus
        que #; plus que #; habituellement expédié; en existencias; disponibilidad inmediata; envío inmediato; queda #;
        quedan #; solo queda #; solo quedan #; hay existencias; disponibilità immediata; disponibile; solo # pezzi;
        generalmente spedito; em stock; em estoque; disponível; disponivel; envio imediato; pronta entrega; op
        voorraad; uit voorraad; leverbaar; w magazynie; dostępny; dostępna; dostępne; na stanie; skladem; na skladě;
        dostupné; skladom; na zalihi; na skladištu; dostupno; raspoloživo; na zalogi; dobavljivo; în stoc; in stoc;
        disponibil; raktáron; készleten; elérhető; i lager; på lager; på fjernlager; varastossa; stokta; mevcut;
        tersedia; còn hàng; в наличии; на складе; в наявності; в наличност; διαθέσιμο; ir noliktavā; ir uz vietas; yra
        sandėlyje; turime; 有货; 有貨; 现货; 現貨; 库存充足; 在庫あり; 残り#; 재고 있음; มีสินค้า; متوفر; متوفرة; במלאי;
        low stock; limited stock; stock: #; only # items left; # items left; ships within #; ships in #; available for
        delivery; available to buy; lieferzeit #; lieferzeit ca. #; lieferzeit: #; lieferzeit: ca. #; hay stock;
        últimas unidades; envío en #; disponibilità: immediata; in magazzino; pronta consegna; ne rimangono solo #;
        restam #; restam apenas #; morgen in huis; wysyłka w #; ostatnie sztuki; ihned k odeslání; ihned k odběru; na
        sklade; azonnal szállítható; stoc suficient; ultimele #; налично; налична; осталось #; готовий до відправки; σε
        απόθεμα; άμεση παραλαβή; son # ürün; webblager; saatavilla; laos olemas; on laos; saadaval; pieejams; ir
        pieejama; sandėlyje; na stanju; 即納; 在庫：○; 残りわずか; 有庫存; 库存 #; 재고있음; 구매가능; พร้อมส่ง; còn #
        sản phẩm; stok: #; ready stock; في المخزون; متاح; موجود در انبار; limited availability; made to order; ultimi
        pezzi; dostępność: duża ilość; dostępność: średnia ilość; dostępność: mała ilość; dostępność: na wyczerpaniu;
        wysyłka w ciągu #; skickas inom #; leveranstid #; fåtal kvar; fjernlager; toimitusaika #; stoc limitat;
        закінчується; άμεση παράδοση; 在庫：あり; 在庫: あり; 在庫:あり; 在庫有り; 即日出荷; 即日発送; 판매중; 庫存：#;
        庫存: #; 库存：#; sẵn hàng; sisa #; tersisa #; متبقي #; स्टॉक में है; स्टॉक में उपलब्ध""",
}

_NOT: Final = """
    not; no; non; nicht; când; cand; kein; keine; ne; n'est; pas; plus; niet; nie; nije; ni; nu; není; inte; ikke; ej;
    ei; не; нет; nem; δεν; não; sin; sem; nav; nėra; pole; nuk; لا; غير; לא; אין; si; if; when; wann; ob; lorsque;
    quand; quando; cuando; falls; wenn"""
_AGAIN: Final = """
    again; back; wieder; de nouveau; à nouveau; di nuovo; de nuevo; vuelva; novamente; de novo; opnieuw; weer;
    ponownie; znovu; ponovo; din nou; újra; igen; igjen; снова; знову; 再次; 再入荷"""
_OTHER_THINGS: Final = """
    collection; pickup; pick-up; pick up; delivery; shipping; image; images; video; photo; option; list; store;
    stores; review; reviews; chat; service; click & collect; reservation; abholung; lieferung; bild; bilder;
    filiale; markt; retrait; livraison; magasin; ritiro; consegna; immagine; negozio; recogida; entrega; imagen;
    tienda; loja; afhalen; bezorgen; winkel; opcja; odbiór; dostawa; zdjęcie; sklep; možnost; obrázek; prodejna;
    самовывоз; доставка; изображение; kép; bilde; butik; kuva; show; include; including; exclude; hide; filter;
    anzeigen; afficher; mostrar; mostra; toon; pokaż; zobrazit; показать"""
_CHOICES: Final = """
    colou*; color*; couleur*; cores; farbe*; size*; taille*; talla*; taglie; tamanho*; größe*; option*; opcion*;
    opzioni; format*; style*; variant*; version*; guarantee"""
_SPACELESS: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NONE: Final = re.compile(r"(?<![\d.,])0(?:\s*\D+)?$")
"""A count of nothing, in or before the words that say stock: "0 in stock", "stock: 0"."""
_NONE_BEHIND: Final = re.compile(r"\s*[:：]?\s*\(?0\)?(?:\s?[^\W\d]{1,6})?\W*$")
_LATEST_START: Final = 25


def _pattern(text: str, end: str = "", start: str = "") -> re.Pattern[str]:
    spaced: list[str] = []
    spaceless: list[str] = []
    for entry in sorted((" ".join(part.split()) for part in text.split(";") if part.strip()), key=len, reverse=True):
        written = (
            re.escape(entry).replace(r"\ ", r"\s+").replace(r"\*", r"\w*").replace(r"\#", r"\d+").replace("'", "['’]")
        )
        (spaceless if _SPACELESS.search(entry) else spaced).append(written)
    bounded = rf"(?<![^\W\d_])(?:{'|'.join(spaced)})(?![^\W\d_])"
    return re.compile(f"{start}(?:{'|'.join([bounded, *spaceless])}){end}", re.IGNORECASE)


_PATTERNS: Final = {state: _pattern(text) for state, text in _SAID.items()}
_NEGATED: Final = _pattern(_NOT, end=r"(?:\s+\w+){0,2}\s+$")
_RETURNING: Final = _pattern(_AGAIN)
_OF_SOMETHING_ELSE: Final = _pattern(_OTHER_THINGS)
_BY_ONE_WAY: Final = _pattern(
    _OTHER_THINGS, start=r"\s+(?:for|at|in|near|zur|für|im|pour|en|per|para|na|w)\s+(?:\w+\s+)?"
)
_OF_CHOICES: Final = _pattern(_CHOICES, start=r"\W+(?:(?:en|in|em)\s+\d+\s+)?")


@lru_cache(maxsize=4096)
def said_of_stock(text: str) -> str | None:
    """Return what a short text says of stock, one of `AVAILABILITIES`; "not available", "available again" are none."""
    for state, pattern in _PATTERNS.items():
        found = pattern.search(text)
        if found is None:
            continue
        before, end = text[: found.start()], found.end()
        if _OF_SOMETHING_ELSE.search(before) or _BY_ONE_WAY.match(text, end) or _OF_CHOICES.match(text, end):
            return None
        if state != IN_STOCK:
            return state
        if _NEGATED.search(before) or _RETURNING.search(text) or _counts_none(text, end):
            return OUT_OF_STOCK
        # Further on it is a sentence about something else: where it can be picked up, say.
        return state if found.start() <= _LATEST_START else None
    return None


def _counts_none(text: str, end: int) -> bool:
    """Say whether words for stock, which end at a position, count nothing: "0 in stock", "In stock: 0"."""
    return _NONE.search(text[:end]) is not None or _NONE_BEHIND.match(text, end) is not None
