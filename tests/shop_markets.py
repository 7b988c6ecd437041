"""Product pages as marketplaces and large retailers build them, with what a careful person reads on each."""

from __future__ import annotations

from tests.shop_pages import NAME, ShopPage, carousel, heading, ld, offered, rows, shop_page


def _a_price(amount: str, sign: str = "$", css: str = "priceToPay") -> str:
    whole, _, cents = amount.partition(".")
    return (
        f"<span class='a-price {css}'><span class='a-offscreen'>{sign}{amount}</span><span aria-hidden='true'>"
        f"<span class='a-price-symbol'>{sign}</span><span class='a-price-whole'>{whole}<span class='a-price-decimal'>"
        f".</span></span><span class='a-price-fraction'>{cents}</span></span></span>"
    )


TITLE = f"<div id='titleSection'><h1 id='title'><span id='productTitle'>{NAME}</span></h1></div>"
BUY_BOX = "<span class='a-button-inner'><input type='submit' value='Add to Cart'><span>Add to Cart</span></span>"
RELATED = (
    "<div id='sims-fbt'><h2>Frequently bought together</h2><div>Total price: <span class='a-color-price'>$61.98</span>"
    "</div></div><div class='a-carousel-container'><ol class='a-carousel'>"
    + rows(
        lambda name, amount: (
            f"<li class='a-carousel-card'><a href='/dp/B0{amount[:2]}'><span>{name}</span>"
            f"<span class='p13n-sc-price'>${amount}</span></a></li>"
        ),
        ("Nordic Floor Lamp", "129.00"),
        ("Copper Wall Light", "39.95"),
        ("Paper Pendant Shade", "24.50"),
    )
    + "</ol></div>"
)
_A_ACCORDION = (
    "<div id='buyBoxAccordion'><div id='newAccordionRow_0'><h5>One-time purchase:</h5>"
    f"{_a_price('24.99', css='')}</div><div id='snsAccordionRowMiddle'><h5>Subscribe &amp; Save:</h5>"
    "<span id='sns-tiered-price'><span class='a-price'><span class='a-offscreen'>$22.49</span></span></span>"
    "<span class='discountText'>10%</span></div></div>"
)
_A_OLD = (
    "<div id='price'><table><tr><td>List Price:</td><td><span class='priceBlockStrikePriceString a-text-strike'>£69.99"
    "</span></td></tr><tr><td id='priceblock_ourprice_lbl'>Price:</td><td><span id='priceblock_ourprice' class='a-size-"
    "medium a-color-price priceBlockBuyingPriceString'>£51.99</span> <span id='ourprice_shippingmessage'>FREE Delivery"
    "</span></td></tr><tr id='regularprice_savings'><td>You Save:</td><td class='priceBlockSavingsString'>£18.00 (26%)"
    "</td></tr></table></div><div id='availability'><span class='a-size-medium a-color-success'>In stock.</span></div>"
    "<div id='olp_feature_div'><a href='/gp/offer-listing/B1'>New &amp; Used (7) from <span class='a-color-price'>"
    "£38.10</span></a></div><div id='promo'>Pay £1.99 for 30 days of membership. Get £30 off with the credit card</div>"
    "<div id='buybox'><span id='price_inside_buybox' class='a-size-medium a-color-price'>£51.99</span>"
    f"<div id='deliver'>FREE delivery on orders over £20.00</div>{BUY_BOX}</div>"
)


def _format(name: str, amount: str) -> str:
    state = "selected" if name == "Hardcover" else "unselected"
    return (
        f"<li class='swatchElement {state}'><span class='a-button-inner'><a href='/dp/{name}' class='a-button-text'>"
        f"<span>{name}</span><br><span class='a-color-base'><span class='a-color-price'>${amount}</span></span></a>"
        "</span></li>"
    )


_A_BOOK = (
    f"{TITLE}<div id='tmmSwatches'><ul>"
    + rows(_format, ("Kindle", "9.99"), ("Hardcover", "17.49"), ("Paperback", "12.60"), ("Audiobook", "0.00"))
    + "</ul></div><div id='mediaTab_content_landing'><div id='buyNewSection'><span class='a-text-bold'>Buy new:</span>"
    "<span id='newBuyBoxPrice' class='a-size-medium a-color-price offer-price a-text-normal'>$17.49</span>"
    "<span class='a-text-strike'>$30.00</span></div><div id='availability'><span>In Stock.</span></div>"
    f"{BUY_BOX}<div id='usedOfferAccordionRow'><span>Buy used:</span><span class='offer-price'>$8.31</span></div></div>"
)
_A_GONE = (
    f"{TITLE}<div id='availability'><span class='a-color-price'>Currently unavailable.</span><br>We don't know when "
    "or if this item will be back in stock.</div><div id='similar'><span>Consider a similar item</span><div>"
    "<a href='/dp/B9'>Marble Table Lamp, dimmable</a><span class='a-price'><span class='a-offscreen'>$35.99</span>"
    "</span></div></div>"
)
_A_IN_CART = (
    f"{TITLE}<div id='price'><table><tr><td>List Price:</td><td><span class='a-text-strike'>$99.99</span></td></tr>"
    "<tr><td>Price:</td><td>To see our price, add this item to your cart.</td></tr></table></div>"
    f"<div id='availability'><span>In Stock.</span></div>{BUY_BOX}"
)
_A_OTHERS = (
    f"{TITLE}<div id='availability'><span>Available from <a href='/gp/offer-listing'>these sellers</a>.</span></div>"
    "<div id='olp-upd-new'><a href='/gp/offer-listing'>New (4) from <span class='a-size-base a-color-price'>$44.00"
    "</span></a></div><div id='olp-upd-used'><a href='/gp/offer-listing'>Used (2) from <span class='a-color-price'>"
    "$31.50</span></a></div><span id='buybox-see-all-buying-choices'><a href='/gp/offer-listing'>See All Buying Options"
    "</a></span>"
)
_CONVERTED = (
    f"<h1 class='x-item-title__mainTitle'><span class='ux-textspans'>{NAME}</span></h1><div class='x-price-section'>"
    "<div class='x-price-primary' data-testid='x-price-primary'><span class='ux-textspans'>US $45.00</span></div>"
    "<div class='x-price-approx'><span class='x-price-approx__price'><span class='ux-textspans'>Approximately</span> "
    "<span class='ux-textspans ux-textspans--BOLD'>£35.62</span></span></div></div>"
    "<div class='x-quantity__availability'><span>3 available</span> / <span>12 sold</span></div>"
    "<a class='ux-call-to-action' href='/buy'><span class='ux-call-to-action__text'>Buy It Now</span></a>"
    "<div class='ux-labels-values--shipping'><span>Shipping:</span> <span class='ux-textspans'>US $12.00</span> "
    "<span>Standard International</span></div>"
)
_AUCTION = (
    f"<h1 class='it-ttl' id='itemTitle'>{NAME}</h1><div id='vi-cdown'>Time left: 2d 4h</div><div class='notranslate'>"
    "<div>Current bid:</div><span id='prcIsum_bidPrice' class='notranslate'>£12.50</span><span>[ 4 bids ]</span></div>"
    "<a id='bidBtn_btn' href='/bid'>Place bid</a><div>Price:</div><span id='prcIsum' class='notranslate'>£25.00</span>"
    "<a href='/buy'>Buy it now</a>"
)
_RANGE = (
    f"<h1 class='product-title-text'>{NAME}</h1><div class='product-price'><div class='product-price-current'>"
    "<span class='product-price-value'>US $3.50 - 8.20</span></div><div class='product-price-original'>"
    "<span class='product-price-del'>US $5.00 - 11.71</span><span class='product-price-mark'>-30%</span></div></div>"
    "<div class='product-quantity-tip'>942 pieces available</div><button class='addcart'>Add to Cart</button>"
)


def _andes(whole: str, cents: str, label: str, tag: str = "span") -> str:
    decimals = (
        f"<span class='andes-visually-hidden'>,</span><span class='andes-money-amount__cents andes-money-amount__"
        f"cents--superscript-36'>{cents}</span>"
        if cents
        else ""
    )
    return (
        f"<{tag} class='andes-money-amount ui-pdp-price__part' aria-label='{label}'><span aria-hidden='true'>"
        "<span class='andes-money-amount__currency-symbol'>$</span><span class='andes-money-amount__fraction'>"
        f"{whole}</span>{decimals}</span></{tag}>"
    )


_PESOS = (
    f"<h1 class='ui-pdp-title'>{NAME}</h1><div class='ui-pdp-price'>"
    f"{_andes('18.999', '', 'Antes: 18999 pesos', 's')}<div class='ui-pdp-price__second-line'>"
    f"{_andes('12.999', '99', '12999 pesos con 99 centavos')}<span class='andes-money-amount__discount'>31% OFF</span>"
    f"</div><p class='ui-pdp-price__subtitles'>en 6x {_andes('2.166', '67', '2166 pesos con 67 centavos')} sin interés"
    "</p></div><div class='ui-pdp-buybox__quantity'><span>Stock disponible</span></div>"
    "<button class='andes-button'><span>Comprar ahora</span></button><button><span>Agregar al carrito</span></button>"
)
_POINTS = (
    f"<table><tr><td><span class='item_name'><b>{NAME}</b></span></td></tr><tr><td><span class='price2'>3,980円</span> "
    "<span class='tax_postage'>税込</span> <span class='tax_postage'>送料無料</span></td></tr><tr><td>"
    "<span class='point'>39ポイント(1倍)</span></td></tr></table><button>かごに追加</button><p>3,980円以上で送料無料"
    "</p>"
)
_YEN = (
    f"<p class='elName'>{NAME}</p><h1>{NAME}</h1><div class='elPrice'><p class='elPriceRow'>通常価格: "
    "<span class='elRegular'>15,800円</span></p><p><span class='elPriceNumber'>12,800</span>"
    "<span class='elPriceUnit'>円</span> <span>(税込)</span></p></div><p>お届け 送料 660円</p>"
    "<button><span>カートに入れる</span></button>"
)
_WON = (
    f"<h1 class='prod-buy-header__title'>{NAME}</h1><div class='prod-price'><div class='prod-origin-price'>"
    "<span class='discount-rate'>14%</span><span class='origin-price'>35,000원</span></div><div "
    "class='prod-sale-price'>"
    "<span class='total-price'><strong>29,900<span class='price-unit'>원</span></strong></span>"
    "<span class='unit-price'>(100g당 299원)</span></div></div><button class='prod-cart-btn'>장바구니 담기</button>"
)
_HASHED = (
    f"<h1 class='_6EBuvT'><span class='VU-ZEz'>{NAME}</span></h1><div class='x+7QT1'><div class='UOCQB1'>"
    "<div class='hl05eU'><div class='Nx9bqj CxhGGd'>₹12,999</div><div class='yRaY8j A6+E6v'><del>₹17,999</del></div>"
    "<div class='UkUFwK WW8yVX'><span>27% off</span></div></div></div></div><ul><li>Bank Offer 10% off up to ₹1,250 on "
    "orders of ₹4,999 and above</li><li>EMI starting from ₹458/month</li></ul><button>ADD TO CART</button>"
    "<button>BUY NOW</button>"
)
_DELETED = (
    f"<h1 class='pdp-mod-product-badge-title'>{NAME}</h1><div class='pdp-product-price'><span class='notranslate "
    "pdp-price pdp-price_type_normal pdp-price_color_orange'>₱1,299.00</span><div class='origin-block'><span class='"
    "notranslate pdp-price pdp-price_type_deleted pdp-price_color_lightgray'>₱2,000.00</span><span class='pdp-product-"
    "price__discount'>-35%</span></div></div><button><span>Buy Now</span></button><button>Add to Cart</button>"
)
_COMPARISON = (
    f"<h1 class='product-top__product-info__name'>{NAME}</h1><div class='product-offer-summary'><span>od</span> "
    "<span class='price'><span class='value'>1 299</span><span class='penny'>,00</span></span> zł</div>"
    "<ul class='product-offers'>"
    + rows(
        lambda shop, amount: (
            f"<li><a href='/click/{shop}'>{shop}</a><span class='price-format nowrap'><span class="
            f"'price'><span class='value'>{amount}</span><span class='penny'>,00</span></span> zł</span></li>"
        ),
        ("lumen.pl", "1 299"),
        ("jasno.pl", "1 349"),
        ("swiatlo.pl", "1 389"),
    )
    + "</ul>"
)
_FASHION = (
    "<h1><span>Aurora Living</span><span>AURORA DESK LAMP L200 - Lampe - white</span></h1><div data-testid='pdp-price-"
    "container'><p class='_0xLoFW'><span class='sDq_FX'>ab </span><span class='sDq_FX dgII7d'>41,99&nbsp;€</span></p>"
    "<p><span>Ursprünglich: </span><span>59,95&nbsp;€</span><span> -30%</span></p></div>"
    "<button><span>In den Warenkorb</span></button>"
)
_ELECTRICALS = (
    f"<h1 class='product-name'>{NAME}</h1><div class='price-info'><span class='sr-only'>Price</span><span "
    f"class='value' "
    "content='249.00'>£249.00</span><div class='saving-was'><span class='saving'>Save £50.00</span> <span class='was'>"
    "Was £299.00 (from 01/02/2024 to 20/02/2024)</span></div></div><div class='credit'>From <span class='amount'>£9.00"
    "</span> per month</div><div class='trade-in'>Trade in and save up to <b>£40</b></div>"
    "<div class='care'><label><input type='checkbox'>2 year care plan <span class='price'>£24.00</span></label></div>"
    "<button class='add-to-cart'>Add to basket</button>"
)
_DEPARTMENT = (
    f"<h1 data-testid='product:title'>{NAME}</h1><div data-testid='product:price'><span class='Price_price__old'>Was "
    "£159.00, £149.00</span> <span class='Price_price__now'>Now £129.00</span></div><p data-testid='product:stock'>In "
    "stock</p><button data-testid='basket:add'>Add to your basket</button>"
)
_FURNITURE = (
    "<h1 class='pip-header-section'><span class='pip-header-section__title--big notranslate'>AURORA</span><span class='"
    "pip-header-section__description'>Desk Lamp L200, 43 cm</span></h1><div class='pip-price-module__price'>"
    "<span class='pip-temp-price'><span class='pip-temp-price__sr-text'>Prix € 179,99</span><span aria-hidden='true'>"
    "<span class='pip-temp-price__currency'>€</span><span class='pip-temp-price__integer'>179</span><span class='"
    "pip-temp-price__decimal'><span class='pip-temp-price__separator'>,</span>99</span></span></span></div>"
    "<button><span>Ajouter au panier</span></button>"
)
_BUILDING = (
    f"<h1>{NAME}</h1><div class='m-price'><span class='m-price__line'>24,90 €</span> <span class='m-price__unit'>/ m²"
    "</span></div><div class='m-price -sub'><span class='m-price__line'>Soit le carton de 1,5 m² : 37,35 €</span></div>"
    "<button>Ajouter au panier</button>"
)
_KRONOR = (
    f"<h1>{NAME}</h1><div class='css-1kvpmze'><p class='css-6df2t1' data-testid='price'>1 299:-</p><p>Jmf-pris 99:- "
    f"per "
    "st</p></div><p class='css-a'>I lager</p><button>Köp</button>"
)
_CARD = (
    f"<div><h1 class='m9p_27 tsHeadline550Medium'>{NAME}</h1></div><div class='pm4_27'><div><div><span class='p4m_27'>"
    "1 299 ₽</span> <span class='m8p_27'>с банковской картой</span></div><div><span class='mp6_27'>1 399 ₽</span> "
    "<span class='m6p_27'>2 500 ₽</span></div></div></div><button><div>Добавить в корзину</div></button>"
)
_TOMAN = (
    f"<h1 data-testid='pdp-title'>{NAME}</h1><div class='flex'><span class='line-through'>۱,۵۹۹,۰۰۰</span>"
    "<div><span data-testid='price-final'>۱,۲۹۹,۰۰۰</span> <span>تومان</span></div></div>"
    "<button><div>افزودن به سبد</div></button>"
)
_LIRA = (
    f"<h1 class='pr-new-br'><span>{NAME}</span></h1><div class='product-price-container'><span "
    f"class='prc-org'>1.599,90 "
    "TL</span><span class='prc-dsc'>1.299,90 TL</span></div><div class='installment'>12 x 121,40 TL taksit</div>"
    "<button class='add-to-basket'>Sepete Ekle</button>"
)
_CLASSIFIED = (
    f"<h1 id='viewad-title'>{NAME}</h1><h2 class='boxedarticle--price' id='viewad-price'>250 € VB</h2><div>12345 "
    "Musterstadt</div><div>Heute, 10:12</div><p id='viewad-description-text'>Neupreis war 400 €, Versand 7 €.</p>"
    "<button>Nachricht schreiben</button>"
)
_CLASSIFIED_HASHED = (
    f"<div><h4 class='css-yde3oc'>{NAME}</h4></div><div data-testid='ad-price-container'><h3 class='css-fqcbii'>1 200 "
    f"zł"
    "</h3><p>do negocjacji</p></div><p>Prywatne</p><button>Zadzwoń</button>"
)

MARKETS: tuple[ShopPage, ...] = (
    shop_page(
        "a-price",
        f"{TITLE}<div id='corePriceDisplay_desktop_feature_div'><span class='savingsPercentage'>-29%</span>"
        f"{_a_price('24.99')}<div><span class='a-size-small'>List Price: <span class='a-price a-text-price' "
        "data-a-strike='true'><span class='a-offscreen'>$34.99</span><span aria-hidden='true'>$34.99</span></span>"
        "</span>"
        "</div></div><div id='mir'>FREE delivery Tuesday on orders shipped by us over <b>$35</b></div><div "
        "id='availability'>"
        f"<span class='a-color-success'>In Stock</span></div>{BUY_BOX}<div id='usedbuyBox'>Buy used: "
        f"{_a_price('18.10')}</div>",
        "24.99", "USD", "in_stock", lang="en-us", money="${}", related=RELATED,
    ),
    shop_page(
        "a-price-subscribe", f"{TITLE}{_A_ACCORDION}<div id='availability'>In Stock</div>{BUY_BOX}",
        "24.99", "USD", "in_stock", lang="en-us", money="${}", related=RELATED, silent=True,
    ),
    shop_page("price-block", TITLE + _A_OLD, "51.99", "GBP", "in_stock", lang="en-gb", money="£{}",
              related=RELATED.replace("$", "£")),
    shop_page("book-formats", _A_BOOK, "17.49", "USD", "in_stock", lang="en-us", money="${}", related=RELATED),
    shop_page("unavailable-beside-others", _A_GONE, None, None, "out_of_stock", money="${}", related=RELATED),
    shop_page("price-in-the-cart-only", _A_IN_CART, None, None, "in_stock", money="${}", related=RELATED),
    shop_page("other-sellers-only", _A_OTHERS, None, None, None, money="${}", related=RELATED),
    shop_page("converted-beside-own", _CONVERTED, "45.00", "USD", "in_stock", money="${}"),
    shop_page("auction-and-buy-now", _AUCTION, "25.00", "GBP", "in_stock", money="£{}", related=""),
    shop_page("range", _RANGE, None, None, "in_stock", money="US ${}"),
    shop_page("cents-raised-ar", _PESOS, "12999.99", "ARS", "in_stock", host="articulo.shop.com.ar", lang="es-AR",
              money="$ {}"),
    shop_page("cents-raised-mx", _PESOS.replace("12.999", "12,999"), "12999.99", "MXN", "in_stock",
              host="articulo.shop.com.mx", lang="es-MX", money="$ {}"),
    shop_page("yen-with-points", _POINTS, "3980", "JPY", "in_stock", lang="ja", money="{}円"),
    shop_page("yen-in-two-parts", _YEN, "12800", "JPY", "in_stock", lang="ja", money="{}円"),
    shop_page("won", _WON, "29900", "KRW", "in_stock", lang="ko", money="{}원"),
    shop_page("hashed-names", _HASHED, "12999", "INR", "in_stock", money="₹{}"),
    shop_page("peso-deleted-by-name", _DELETED, "1299.00", "PHP", "in_stock", money="₱{}"),
    shop_page("comparison", _COMPARISON, None, None, None, lang="pl", money="{} zł"),
    shop_page("fashion-from", _FASHION, None, None, "in_stock", lang="de", money="{} €"),
    shop_page(
        "fashion-from-claimed", _FASHION, "41.99", "EUR", "in_stock", lang="de", money="{} €", silent=True,
        head=offered("41.99", "EUR", "InStock", name="AURORA DESK LAMP L200 - Lampe - white"),
    ),
    shop_page("electricals", _ELECTRICALS, "249.00", "GBP", "in_stock", money="£{}"),
    shop_page("department-store", _DEPARTMENT, "129.00", "GBP", "in_stock", money="£{}"),
    shop_page("decimals-apart", _FURNITURE, "179.99", "EUR", "in_stock", lang="fr", money="€ {}"),
    shop_page("by-area", _BUILDING, None, None, "in_stock", lang="fr", money="{} €"),
    shop_page("colon-dash", _KRONOR, "1299", "SEK", "in_stock", lang="sv", money="{}:-", host="shop.se"),
    shop_page("card-price", _CARD, None, None, "in_stock", lang="ru", money="{} ₽"),
    shop_page("persian-digits", _TOMAN, "1299000", None, "in_stock", lang="fa-IR", money="{} تومان", related=""),
    shop_page("lira", _LIRA, "1299.90", "TRY", "in_stock", lang="tr", money="{} TL"),
    shop_page("classified", _CLASSIFIED, "250", "EUR", None, lang="de", money="{} €", silent=True),
    shop_page("classified-hashed", _CLASSIFIED_HASHED, "1200", "PLN", None, lang="pl", money="{} zł", silent=True),
    shop_page(
        "flat-list-of-offers", heading() + "<p class='price'>$89.00</p><button>Add to cart</button>",
        "89.00", "USD", "in_stock", money="${}", related=carousel("${}", css="row"),
        head=ld({"@type": "Product", "name": NAME, "offers": [
            {"@type": "Offer", "price": "89.00", "priceCurrency": "USD", "itemCondition": "https://schema.org/NewCondition",
             "availability": "https://schema.org/InStock"},
            {"@type": "Offer", "price": "61.00", "priceCurrency": "USD", "itemCondition": "https://schema.org/UsedCondition",
             "availability": "https://schema.org/InStock"}]}),
    ),
)  # fmt: skip
