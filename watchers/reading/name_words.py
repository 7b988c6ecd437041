"""Names for programs around prices: the parts of class, id and similar attributes, which are English nearly everywhere.

Entries stand apart by semicolons and are single parts or pairs of neighbours: "oldPrice product_x" has the parts old,
price, product and x, and the pair "old price". Nothing here names a shop.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from watchers.reading.shop_words import Role

NAMES: Final[Mapping[Role, str]] = {
    Role.STRUCK: """
        strike; striked; strikethrough; line through; linethrough; crossed; crossed out; crossout; tachado; barre;
        stroke; struck; durchgestrichen; strikeout; line thru; cross price; price cross; del; deleted""",
    Role.FORMER: """
        old; oldprice; priceold; was; wasprice; pricewas; rrp; rrpprice; msrp; uvp; mrp; pvpr; price before; before;
        previous; prev price; past; former; compare; compareat; compare price; ancien; anterior; antes; avant;
        vorher; listprice; list price; price list; retailprice; retail price; recommended price; suggested price;
        stary; stara; antiguo; vecchio; oude prijs; full price; price full; original price strike; reference price;
        market price""",
    Role.USUAL: """
        regular price; price regular; original price; price original; normal price; price normal; standard price;
        price standard; base price; price base; initial price; price initial; usual price; regularprice;
        originalprice; normalprice; basisprice; catalog price; origin price; price origin; orig price; price orig;
        org price; price org; prc org; prc orig; secondary price""",
    Role.NET: """
        tax; taxes; excluding tax; excl tax; ex tax; price excl; excl vat; ex vat; exc vat; exvat; net price; price
        net; nettopreis; netto""",
    Role.TOTAL: """
        total""",
    Role.SAVING: """
        save; saves; saved; saving; savings; yousave; discount; discounts; percent; percentage; rebate; coupon;
        coupons; voucher; cashback; bonus; point; points; reward; rewards; reduction; remise; rabatt; rabat; sconto;
        descuento; desconto; ahorro; economy; economia; benefit; loyalty; gift; giftcard; promotion label""",
    Role.SHIPPING: """
        shipping; shipment; delivery; deliveries; versand; livraison; spedizione; envio; frete; transport; postage;
        freight; livrare; dostawa; doprava""",
    Role.UNIT: """
        ppu; pum; perunit; per; unitprice; unit price; price unit; grundpreis; measure; priceperunit; basicprice""",
    Role.INSTALMENT: """
        month; monthly; months; installment; installments; instalment; instalments; cuota; cuotas; emi; apr; rate;
        rates; raty; rata; leasing; fee; fees; parcela; parcelas; parcelado; parcelamento; splitit; interest;
        finance; financing; credit; cofidis; klarna; afterpay; clearpay; zippay; affirm; paypal; paylater; pay
        later; mensual; mensualite; ratenzahlung; alma; scalapay; oney; sezzle; credito""",
    Role.FROM: """
        range; from; starting; price from; from price""",
    Role.OTHER: """
        used; refurb; refurbished; subscribe; subscription; swatch; swatches; variant; variants; variation;
        variations; option; options; bundle; bundles; addon; addons; add on; warranty; protection; insurance;
        service; trade; tradein; subtotal; tier; tiers; bulk; qty; quantity; member; members; accessory; threshold;
        sizes; size selector; size list; size item; size option; price min; price max; min price; max price;
        installation; minicart; cart total; cart drawer; cart summary; basket total; calculator; history; merchant;
        merchants; sellers; seller price; other seller""",
}

ASIDE: Final = """
    carousel; recommend; recommended; recommendation; recommendations; recommender; reco; recos; recommandations;
    similar; similars; related; relateds; also; upsell; upsells; crosssell; crosssells; xsell; cross sell; cross
    selling; crossselling; sponsored; fbt; bought; together; recent; recently; viewed; lastseen; last seen; compare;
    comparison; alternative; alternatives; suggestion; suggestions; suggested; bestseller; bestsellers; minicart;
    mini cart; nav; navbar; navigation; menu; submenu; megamenu; breadcrumb; breadcrumbs; footer; review; reviews;
    comment; comments; testimonials; newsletter; cookie; cookies; consent; tooltip; modal; dialog; popup; popover;
    overlay; drawer; lightbox; ad; ads; advert; adverts; advertisement; adslot; wishlist; autocomplete; listing;
    plp; productlist; product list; product grid; productgrid; product card; product cards; productcard;
    productcards; product tile; product tiles; producttile; product teaser; products; items list; is related to; is
    similar to; item list element; accessories; zubehoer; similaires; empfehlung; empfehlungen; relacionados;
    correlati; podobne; history; ranking; topbar; announcement; you may like; inspiration; swiper slide; slick slide"""
"""Parts of a page that are not about its own product."""

CURRENT: Final = """
    our; ourprice; current; currentprice; now; nowprice; sale; sales; saleprice; special; specialprice; final;
    finalprice; actual; main; buy; buying; buybox; deal; dealprice; selling; sell; new; newprice; pricenew; today;
    active; offer; promo; to pay; topay; product price; productprice; price product; reduced; discounted price;
    internet"""
"""What calls a price the one to pay now."""

PRICE: Final = """
    prc; prix; precio; precios; preco; prezzo; cena; ceny; cijena; cene; pris; hinta; kaina; hind; tsena; fiyat;
    harga; prijs; pret; ar; amount; valor; cost; kosten; montant; importe; kwota; summe; цена; prisen"""
PRICE_PARTS: Final = ("price", "pricing", "preis", "prezz", "precio")
"""What calls something a price as a whole part, or as a piece of one."""

NO_PRICE: Final = """
    price alert; price match; price drop; price promise; price history; price guarantee; price watch; price notice;
    price filter; price comparison; count; counter; rating; ratings; stars"""
LINKS: Final = "has; with; without; incl; including; inc; excl; excluding; non; no"
"""What makes the word behind it something that the element has, not something that it is: "price has-discount"."""
CENTS: Final = "cent; cents; fraction; decimal; decimals; centimes; centavos; sup"
HIDDEN: Final = "hidden; hide; d-none; is-hidden; invisible; aok-hidden; display-none; u-hidden; ng-hide"
"""Whole classes that hide an element at every screen size."""
