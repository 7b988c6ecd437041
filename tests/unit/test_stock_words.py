"""What shops write about their stock, in the languages of the shops."""

from __future__ import annotations

import pytest

from tests.unit.test_price import H1, described, look
from watchers.api import Text
from watchers.reading.stock_words import said_of_stock

IN_STOCK = """
In stock|12 in stock|Only 3 left in stock - order soon.|Availability: In Stock|Available for delivery|Low stock
Stock: 5|Ships within 24 hours|Usually dispatched within 2 to 3 weeks|Hurry, only 2 items left!
Available to buy online|Auf Lager|Sofort lieferbar|Nur noch 2 auf Lager|Lieferzeit 1-3 Werktage|Lagernd
versandfertig in 24 Stunden|En stock|Disponible|Il ne reste plus que 3 exemplaire(s) en stock.|Expédié sous 24h
Disponible immédiatement|Quedan 3 unidades|Disponibilidad inmediata|En existencias|Hay stock|Envío en 24h
Disponibilità immediata|Pronta consegna|Em estoque|Disponível|Envio imediato|Restam apenas 3 em stock|Op voorraad
Direct leverbaar|Uit voorraad leverbaar|Produkt dostępny|W magazynie|Wysyłka w 24 godziny|ostatnie sztuki
Skladem > 5 ks|Ihned k odeslání|Na sklade|Raktáron|Készleten|În stoc|Stoc suficient|Ultimele 2 produse|В наличност
Налично|В наличии|Есть на складе|Осталось 3 шт.|В наявності|Готовий до відправки|Άμεσα διαθέσιμο|Σε απόθεμα
Stokta var|Son 3 ürün|Finns i lager|I webblager|På fjernlager|Heti varastossa|Saatavilla|Laos olemas|Ir noliktavā
Pieejams|Yra sandėlyje|Na zalihi|Raspoloživo|Na zalogi|在庫あり。|残り3点|即納|有货|有現貨|库存充足|库存 5 件
재고 있음|구매가능|มีสินค้า|พร้อมส่ง|Còn hàng|Tersedia|Stok: 5|متوفر في المخزون|יש במלאי
Wysyłka w ciągu 24 godzin|Skickas inom 1-3 dagar|Toimitusaika 1-3 arkipäivää|Άμεση παράδοση|在庫：あり|庫存：5|Sisa 5
In stock: 10
"""
OUT_OF_STOCK = """
Out of stock|Sold out|Currently unavailable.|Not in stock|This item is out of stock|No longer available|0 in stock
Stock: 0|Notify me when available|In stock soon|Ausverkauft|Nicht auf Lager|Derzeit nicht verfügbar.
Artikel ist leider ausverkauft|Zurzeit nicht lieferbar|Nicht mehr verfügbar|Bald verfügbar|Épuisé|Rupture de stock
Actuellement indisponible.|Ce produit n'est plus disponible|Hors stock|Agotado|No disponible por el momento.
Sin stock|Esaurito|Esgotado|Sem estoque|Attualmente non disponibile.|Indisponível|Uitverkocht|Niet op voorraad
Niedostępny|Brak w magazynie|Wyprzedany|Vyprodáno|Není skladem|Momentálně nedostupné|Nie je skladom|Elfogyott
Nincs raktáron|Stoc epuizat|Nu este in stoc|Изчерпано количество|Няма в наличност|Нет в наличии|Временно отсутствует
Немає в наявності|Закінчився|Εξαντλήθηκε|Μη διαθέσιμο|Ürün tükendi|Stokta yok|Slut i lager|Slutsåld|Ikke på lager
Utsolgt|Udsolgt|Loppuunmyyty|Ei saatavilla|Läbi müüdud|Pole laos|Izpārdots|Nav noliktavā|Išparduota|Nėra sandėlyje
Rasprodano|Nema na zalihi|Ni na zalogi|在庫切れ|売切れ|完売|入荷待ち|缺货|已售罄|无货|暂无库存|품절|재고 없음
Awaiting stock|In stock: 0|Auf Lager: 0|Expected in stock 12 Dec|Anunta-ma cand e in stoc|Nicht mehr im Sortiment
En cours de réapprovisionnement|Satışa kapalı|Ожидается поступление|入荷未定|在庫：×|판매 종료|已下架|Barang kosong
สินค้าหมด|Hết hàng|Stok habis|غير متوفر حاليا|نفدت الكمية|אזל המלאי|לא במלאי|ناموجود
"""
NOTHING = """
Yes, please notify me|Notify me|Made in Laos|Available in three colours|Stock photo|Check availability|Availability
Only show items in stock|Filter: In stock|Include out of stock|Image not available|Delivery unavailable
Unavailable for pickup|Not available for delivery|Disponible en 3 couleurs|Verfügbare Größen|Verfügbarkeit prüfen
Lagerverkauf|Disponibilité|Tallas disponibles|Sprawdź dostępność|Проверить наличие|Coming soon|While stocks last
Reviews not available|3 available options
"""


def each(table: str) -> list[str]:
    return [text for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", each(IN_STOCK))
def test_words_for_stock_are_known(text: str) -> None:
    assert said_of_stock(text) == "in_stock"


@pytest.mark.parametrize("text", each(OUT_OF_STOCK))
def test_words_for_no_stock_are_known(text: str) -> None:
    assert said_of_stock(text) in ("out_of_stock", "discontinued")


@pytest.mark.parametrize("text", each(NOTHING))
def test_words_about_something_else_say_nothing(text: str) -> None:
    assert said_of_stock(text) is None


@pytest.mark.parametrize(
    ("claim", "state"),
    [
        ("https://schema.org/InStock", "in_stock"),
        ("http://schema.org/InStock/", "in_stock"),
        ("schema.org/instock", "in_stock"),
        ("InStock", "in_stock"),
        ("in stock", "in_stock"),
        ("in_stock", "in_stock"),
        ("LimitedAvailability", "in_stock"),
        ("https://schema.org/OnlineOnly", "in_stock"),
        ("https://schema.org/InStoreOnly", "in_stock"),
        ("https://schema.org/MadeToOrder", "in_stock"),
        ("available for order", "in_stock"),
        ("Auf Lager", "in_stock"),
        ("https://schema.org/OutOfStock", "out_of_stock"),
        ("OUT_OF_STOCK", "out_of_stock"),
        ("SoldOut", "out_of_stock"),
        ("https://schema.org/Reserved", "out_of_stock"),
        ("ausverkauft", "out_of_stock"),
        ("https://schema.org/PreOrder", "preorder"),
        ("PreSale", "preorder"),
        ("https://schema.org/BackOrder", "backorder"),
        ("https://schema.org/Discontinued", "discontinued"),
    ],
)
def test_a_claim_counts_however_it_is_written(claim: str, state: str) -> None:
    assert look(H1, head=described(availability=claim)).facts["availability"] == Text(state)


def test_a_claim_that_nobody_understands_says_nothing() -> None:
    assert "availability" not in look(H1, head=described(availability="https://schema.org/Perhaps")).facts
