"""Product pages as large shops of many countries build them, with what a careful person reads on each."""

from __future__ import annotations

from tests.shop_pages import BUY, HEADING, NAME, ShopPage, offered, shop_page

RETAILERS: tuple[ShopPage, ...] = (
    shop_page(
        "symbol-and-cents-apart",
        HEADING + "<div class='price-format__large price-format__main-price'><span "
        "class='price-format__large-symbols'>$"
        "</span><span>249</span><span class='price-format__large-symbols'>00</span></div><div>Save <span>$50.00"
        "</span> (17%)</div><div>$42.00/mo suggested payments</div>" + BUY,
        "249.00", "USD", "in_stock", lang="en-US", money="${}", silent=True,
    ),
    shop_page(
        "price-said-twice-with-plans",
        HEADING + "<div class='priceView-hero-price priceView-customer-price'><span aria-hidden='true'>$349.99</span>"
        "<span class='sr-only'>Your price for this item is $349.99</span></div>"
        "<div class='pricing-price__savings'>Save $50</div><div class='pricing-price__regular-price'>Was $399.99"
        "</div><div>or <span>$14.59/mo.</span> for 24 months</div><div class='protection'>"
        "<h3>Protect your product</h3><label><input type='radio'>2-Year Plan <span class='price'>$44.99</span>"
        "</label><label><input type='radio'>1-Year <span class='price'>$24.99</span></label></div>"
        "<button>Add to Cart</button>",
        "349.99", "USD", "in_stock", lang="en-US", money="${}",
    ),
    shop_page(
        "now-inside-the-price",
        HEADING + "<span itemprop='price' aria-hidden='false'>Now $24.97</span><span class='strike mid-gray'>$34.88"
        "</span>"
        "<div>You save <span>$9.91</span></div><div class='f6'>24.97 ¢/oz</div><div>Price when purchased online"
        "</div><button>Add to cart</button><div>Free shipping, arrives by Mon</div>",
        "24.97", "USD", "in_stock", lang="en-US", money="${}",
    ),
    shop_page(
        "cents-raised-without-currency",
        HEADING + "<div class='price-block__highlight'><span class='promo-price' data-test='price'>24"
        "<sup class='promo-price__fraction'>99</sup></span><del class='h-nowrap buy-block__list-price'>39,99"
        "</del><span>Je bespaart 38%</span></div><div class='buy-block__highlight'>Op voorraad</div>"
        "<button>In winkelwagen</button>",
        "24.99", "EUR", "in_stock", lang="nl-NL", host="www.shop.nl", money="€ {}",
    ),
    shop_page(
        "dash-after-comma",
        HEADING + "<div class='sales-price sales-price--standard js-sales-price'>"
        "<strong class='sales-price__current js-sales-price-current'>999,-</strong>"
        "<span class='sales-price__former'>1.099,-</span></div><div>Tweedekans vanaf 879,-</div>"
        "<button>In mijn winkelwagen</button>",
        "999", "EUR", "in_stock", lang="nl", host="www.shop.nl", money="€ {}",
    ),
    shop_page(
        "euro-between",
        HEADING + "<div class='fpPriceBloc'>"
        "<span class='fpPrice price priceColor jsMainPrice' itemprop='price' content='199.99'>199€<sup>99</sup>"
        "</span><span class='fpStriked'>249,99 €</span></div><p>ou 4 x 51,20 €</p>"
        "<p class='ecopart'>dont 2,50 € d'éco-part.</p><button>Ajouter au panier</button>",
        "199.99", "EUR", "in_stock", lang="fr", money="{} €",
    ),
    shop_page(
        "card-price-beside",
        HEADING + "<div class='item-price__container'><p class='item-price__text'>£3.50</p>"
        "<p class='item-price__subtext'>£0.70/100g</p></div><div class='offer'><p>£2.50 card price</p></div>"
        "<button>Add</button>",
        "3.50", "GBP", "in_stock", lang="en-GB", money="£{}", silent=True,
    ),
    shop_page(
        "francs-with-dash",
        HEADING + "<div><span class='sc-1'><strong>CHF 99.–</strong></span><span> statt <span>129.–</span></span></div>"
        "<div>Mehr als 10 Stück an Lager</div><button>In den Warenkorb</button>",
        "99", "CHF", "in_stock", lang="de-CH", money="CHF {}",
    ),
    shop_page(
        "crowns-with-and-without-tax",
        HEADING + "<div class='price-box'><div class='price-box__price'>15 990,-</div>"
        "<div class='price-box__price-without-vat'>bez DPH 13 215,-</div>"
        "<div class='price-box__compare-price'>17 990,-</div></div><span class='stock'>Skladem &gt; 5 ks</span>"
        "<a class='btnx'>Koupit</a>",
        "15990", "CZK", "in_stock", lang="cs", host="www.shop.cz", money="{},-",
    ),
    shop_page(
        "plus-behind",
        HEADING + "<div data-buy-box-region='price'><p class='wt-text-title-larger'>"
        "<span class='wt-screen-reader-only'>Price:</span> £12.00+</p>"
        "<p class='wt-text-strikethrough'>Original Price: <span>£15.00+</span></p></div><button>Add to basket"
        "</button>",
        None, None, "in_stock", lang="en-GB", money="£{}",
    ),
    shop_page(
        "now-and-was",
        HEADING + "<span data-testid='current-price' class='ky6t2'>Now £20.00</span><span data-testid='rrp'>Was £40.00"
        "</span><span>(-50%)</span><button>Add to bag</button>",
        "20.00", "GBP", "in_stock", lang="en-GB", money="£{}",
    ),
    shop_page(
        "struck-out-by-name",
        HEADING + "<div class='product-price is--current-price css-s56yt7 css-xq7tty'>$89.97</div>"
        "<div class='product-price is--striked-out css-0'>$120</div><div>25% off</div><button>Add to Bag</button>",
        "89.97", "USD", "in_stock", lang="en-US", money="${}",
    ),
    shop_page(
        "hidden-labels",
        HEADING + "<div class='gl-price gl-price--horizontal' data-auto-id='gl-price-item'>"
        "<span class='gl-visually-hidden'>Original price</span>"
        "<div class='gl-price-item gl-price-item--crossed notranslate'>€100,00</div>"
        "<span class='gl-visually-hidden'>Sale price</span>"
        "<div class='gl-price-item gl-price-item--sale notranslate'>€70,00</div></div><button>Add To Bag</button>",
        "70.00", "EUR", "in_stock", lang="en-IE", money="€{}",
    ),
    shop_page(
        "editions",
        "<div class='app_name'>Example Quest Deluxe</div><div class='area_purchase'>"
        "<div class='area_purchase_game'><h1>Buy Example Quest Deluxe</h1>"
        "<div class='game_purchase_price price'>59,99€</div><a>Add to Cart</a></div>"
        "<div class='area_purchase_game'><h1>Buy Example Quest Deluxe Gold</h1>"
        "<div class='discount_original_price'>89,99€</div><div class='discount_final_price'>44,99€</div>"
        "<a>Add to Cart</a></div></div>",
        "59.99", "EUR", "in_stock", name="Example Quest Deluxe", path="/app/1/Example_Quest_Deluxe",
    ),
    shop_page(
        "storage-sizes",
        f"<h1>Buy {NAME}</h1><div class='rf-pricing'><span>From $999</span> or <span>$41.62/mo. for 24 mo.</span><sup>*"
        "</sup></div><fieldset><label>128GB From <span>$999</span></label><label>256GB From <span>$1099</span>"
        "</label></fieldset>",
        None, None, None, lang="en-US", money="${}",
    ),
    shop_page(
        "rand-and-credit",
        HEADING + "<div class='buybox-module_price'><span class='currency plus currency-module_currency'>R 1,299</span>"
        "<span class='strike-through'>R 1,599</span></div><div>Points 12,990</div><div>On Credit: <span>R 120"
        "</span> x 12 months</div><a>Add to Cart</a><div>In stock</div>",
        "1299", "ZAR", "in_stock", host="www.shop.co.za", money="R {}",
    ),
    shop_page(
        "rupiah",
        HEADING + "<div class='price' data-testid='lblPDPDetailProductPrice'>Rp1.299.000</div><div "
        "class='original-price'>"
        "<span data-testid='lblPDPDetailDiscountPercentage'>10%</span>"
        "<span data-testid='lblPDPDetailOriginalPrice'>Rp1.450.000</span></div><div>Stok Total: Sisa 5</div>"
        "<button>+ Keranjang</button><button>Beli Langsung</button>",
        "1299000", "IDR", "in_stock", lang="id", money="Rp{}",
    ),
    shop_page(
        "dong-raised",
        HEADING + "<div class='product-price'><div class='product-price__current-price'>1.299.000<sup> ₫</sup></div>"
        "<div class='product-price__discount-rate'>-13%</div><div class='product-price__original-price'>1.499.000"
        "<sup>₫</sup></div></div><button>Mua ngay</button>",
        "1299000", "VND", "in_stock", lang="vi", money="{} ₫",
    ),
    shop_page(
        "short-names-only",
        HEADING + "<div class='-hr -mtxs -pvs'><span dir='ltr' class='-b -ubpt -tal -fs24 -prxs'>₦ 12,500</span><div>"
        "<span dir='ltr' class='-tal -gy5 -lthr -fs16 -pvxs'>₦ 15,000</span><span class='bdg _dsct'>17%</span>"
        "</div></div><p class='-df -i-ctr'>In stock</p><p>+ shipping from ₦ 900 to Lagos</p><button>Add to cart"
        "</button>",
        "12500", "NGN", "in_stock", lang="en", money="₦ {}", silent=True,
    ),
    shop_page(
        "comparison-in-japan",
        f"<h2>{NAME} 価格比較</h2><div class='priceBoxWrap'><p class='lowPrice'>最安価格(税込)："
        "<span class='priceTxt'>¥12,800</span></p><p>(前週比：-200円↓)</p></div><table><tr><td>1位</td><td>"
        "<p class='p-PTPrice_price'>¥12,800</p></td></tr><tr><td>2位</td><td><p class='p-PTPrice_price'>¥12,980"
        "</p></td></tr><tr><td>3位</td><td><p class='p-PTPrice_price'>¥13,200</p></td></tr></table>",
        None, None, None, lang="ja", money="¥{}",
    ),
    shop_page(
        "final-and-old",
        HEADING + "<div class='price-block'><span class='price-block__price'><ins class='price-block__final-price'>1 "
        "299 ₽"
        "</ins></span><del class='price-block__old-price'><span>2 999 ₽</span></del></div>"
        "<button>Добавить в корзину</button>",
        "1299", "RUB", "in_stock", lang="ru", money="{} ₽",
    ),
    shop_page(
        "bani-raised",
        f"<h1 class='page-title'>{NAME}</h1><div class='product-highlight'><p class='product-old-price'><s>249<sup>99"
        "</sup> Lei</s> <span class='product-this-deal'>(-20%)</span></p>"
        "<p class='product-new-price has-deal'>199<sup>99</sup> <span>Lei</span></p></div>"
        "<span class='label label-in_stock'>in stoc</span><button>Adauga in Cos</button>"
        "<div>Rate de la 16,67 Lei/luna</div>",
        "199.99", "RON", "in_stock", lang="ro", money="{} Lei",
    ),
    shop_page(
        "hashed-with-dash",
        HEADING + "<div data-test='branded-price'><div><span class='sc-1'>UVP <span>€ 599,–</span></span></div>"
        "<span class='sc-dd'>€</span><span class='sc-ee'>499<span>,</span><sup>–</sup></span>"
        "<p>inkl. MwSt. inkl. Versand</p></div><div>Online verfügbar</div><button>In den Warenkorb</button>",
        "499", "EUR", "in_stock", lang="de-DE", money="€ {}", silent=True,
    ),
    shop_page("msrp-only-claim", HEADING + "<p>Contact us.</p>", "49.90", "EUR", None, head=offered("49.90", "EUR")),
    shop_page(
        "used-and-new",
        HEADING + "<div class='offers'><div>New: <b class='price'>€49.90</b></div><div>Used: <b class='price'>€29.90"
        "</b>"
        "</div></div>" + BUY,
        "49.90", "EUR", "in_stock", silent=True,
    ),
    shop_page(
        "two-bids",
        HEADING + "<div>Starting bid <span class='price'>€10.00</span></div><div>Current bid <span class='price'>€49.90"
        "</span></div><button>Place bid</button>",
        None, None, "in_stock", head=offered("49.90", "EUR", "InStock"),
    ),
    shop_page(
        "deal-of-a-forum",
        HEADING + "<div class='threadItemCard-price'><span class='thread-price text--b cept-tp size--all-xl'>39,99€"
        "</span>"
        "<span class='mute--text text--lineThrough'>59,99€</span></div><a href='/out/1'>Zum Deal</a>"
        "<div class='comments'><p>Bei X für <b>35€</b> gesehen</p></div>",
        "39.99", "EUR", None, lang="de", money="{}€",
    ),
    shop_page(
        "donation",
        "<h1>Help the example shelter</h1><p>Raised <b>€12,500</b> of €20,000</p><button>Donate</button>",
        None, None, None, name="Help the example shelter", path="/give",
    ),
    shop_page(
        "stock-quote",
        "<h1>Example Corp (EXC)</h1><div class='quote'><span class='price'>123.45</span> <span>USD</span> "
        "<span>+1.2%</span></div>",
        "123.45", "USD", None, name="Example Corp (EXC)", path="/q/exc", silent=True,
    ),
    shop_page(
        "house",
        "<h1>3 room flat in Example Street</h1><dl><dt>Kaltmiete</dt><dd>950 €</dd><dt>Nebenkosten</dt><dd>200 €"
        "</dd><dt>Kaution</dt><dd>2.850 €</dd></dl>",
        None, None, None, lang="de", name="3 room flat in Example Street", path="/flat/1",
    ),
    shop_page(
        "menu",
        "<h1>Pizzeria Example</h1><ul><li>Margherita <span class='price'>8,50 €</span></li><li>Funghi "
        "<span class='price'>9,50 €</span></li></ul>",
        None, None, None, name="Pizzeria Example", path="/menu",
    ),
    shop_page(
        "cart-filled",
        "<div class='minicart-items'><p>1 × Copper Wall Light</p><span class='price'>€39.95</span><p>Subtotal "
        "<span class='price'>€39.95</span></p></div>" + HEADING + "<p>Discontinued</p>",
        None, None, "discontinued",
    ),
    shop_page(
        "fee-and-deposit",
        HEADING + "<p class='price'>€49.90 <small>zzgl. 0,25 € Pfand</small></p>" + BUY,
        "49.90", "EUR", "in_stock", lang="de",
    ),
    shop_page(
        "incl-shipping-note",
        HEADING + "<p class='price'>49,90 € <span>inkl. MwSt. zzgl. Versandkosten</span></p>" + BUY,
        "49.90", "EUR", "in_stock", lang="de",
    ),
    shop_page(
        "before-after-words",
        HEADING + "<div class='prices'><span>Antes 59,90 €</span> <span>Ahora 49,90 €</span></div><button>Añadir al "
        "carrito"
        "</button>",
        "49.90", "EUR", "in_stock", lang="es",
    ),
    shop_page(
        "hourly",
        "<h1>Example Plumbing</h1><p>Our rate: <b>€49.90</b> per hour</p>",
        None, None, None, name="Example Plumbing", path="/plumbing",
    ),
    shop_page(
        "subscription-only",
        HEADING + "<p class='price'>€9.99 / month</p><button>Subscribe</button>",
        None, None, None,
    ),
    shop_page(
        "lottery",
        "<h1>Example Lottery</h1><p class='jackpot'>Jackpot <b>€12 million</b></p><p>Tip from "
        "<span class='price'>€1.20</span></p>",
        None, None, None, name="Example Lottery", path="/lottery",
    ),
    shop_page(
        "claim-differs-by-tax",
        HEADING + "<p class='price'>£120.00 <small>inc VAT</small></p><p class='price-ex'>£100.00 ex VAT</p>" + BUY,
        None, None, "in_stock", head=offered("100.00", "GBP", "InStock"), silent=True,
    ),
    shop_page(
        "soldout-claim-in",
        HEADING + "<p class='price'>€49.90</p><p class='stock'>Dieser Artikel ist leider ausverkauft</p>",
        "49.90", "EUR", "out_of_stock", lang="de", silent=True,
    ),
    shop_page(
        "preorder-text",
        HEADING + "<p class='price'>€49.90</p><p class='availability'>Vorbestellbar, erscheint am 12.12.</p>"
        "<button>Jetzt vorbestellen</button>",
        "49.90", "EUR", "preorder", lang="de",
    ),
)  # fmt: skip
