"""Pages on which a price stands that is not the product's, or not surely, with what a careful person reads on each."""

from __future__ import annotations

from tests.shop_pages import BUY, HEADING, NAME, ShopPage, ld, offered, shop_page

TRAPS: tuple[ShopPage, ...] = (
    shop_page(
        "accessory",
        HEADING + "<p>Call us for a price.</p><div><h3>Goes with it</h3><p>LED bulb E27</p><p class='price'>€9.90</p>"
        "<button>Add to cart</button></div>",
        None, None, None,
    ),
    shop_page(
        "article-box",
        "<article><h1>The best desk lamps of 2026</h1><p>Text.</p><div class='product-box'><h3>Aurora L200</h3>"
        "<span class='price'>€49.90</span><a href='https://other.example/x'>Buy now</a></div></article>",
        None, None, None, name="The best desk lamps of 2026", path="/best-desk-lamps",
    ),
    shop_page(
        "article-two",
        "<article><h1>The best desk lamps of 2026</h1><div class='product-box'><h3>Aurora L200</h3>"
        "<span class='price'>€49.90</span><a href='https://other.example/x'>Buy now</a></div>"
        "<div class='product-box'><h3>Nordic</h3><span class='price'>€59.90</span>"
        "<a href='https://other.example/y'>Buy now</a></div></article>",
        None, None, None, name="The best desk lamps of 2026", path="/best-desk-lamps",
    ),
    shop_page(
        "forum",
        "<h1>How much is the Aurora L200 worth?</h1><div class='post'><p>I paid <b>€49.90</b></p></div>"
        "<div class='post'><p>Price: €60</p></div>",
        None, None, None, name="How much is the Aurora L200 worth?", path="/t/1",
    ),
    shop_page(
        "contract",
        f"<h1>{NAME} phone</h1><div class='offer'><span class='price'>€1.00</span> <span>with contract</span></div>"
        "<div class='tariff'><span class='price'>€39.99</span> <span>/ month</span></div><button>Order now"
        "</button>",
        None, None, "in_stock",
    ),
    shop_page(
        "pledge",
        "<h1>Aurora: the lamp that follows you</h1><p><b>€12,345</b> pledged of €10,000 goal</p>"
        "<div class='reward'><h3>Pledge €49 or more</h3><p>One lamp</p></div>",
        None, None, None, name="Aurora: the lamp that follows you", path="/projects/aurora",
    ),
    shop_page(
        "trip",
        "<h1>Seven days in Example Bay</h1><p class='price'>from <b>€499</b> per person</p><button>Book now"
        "</button>",
        None, None, None, name="Seven days in Example Bay", path="/trip/1",
    ),
    shop_page(
        "leasing",
        "<h1>Example Car 1.5 TSI</h1><div class='price-box'><span class='price'>€199</span> "
        "<span>mtl. Leasingrate</span></div><div>Kaufpreis <b>25.990 €</b></div>",
        "25990", "EUR", None, lang="de", name="Example Car 1.5 TSI", path="/auto/1", silent=True,
    ),
    shop_page(
        "coupon-large",
        HEADING + "<div class='price'>€39.90 <small>with coupon</small></div><div class='price-regular'>€49.90"
        "</div>" + BUY,
        None, None, "in_stock",
    ),
    shop_page(
        "converted",
        HEADING + "<p class='price'>€49.90 (~$54.10)</p>" + BUY,
        "49.90", "EUR", "in_stock", silent=True,
    ),
    shop_page(
        "packs",
        HEADING + "<ul class='packs'><li><b>1 pack</b> <span class='price'>€5.00</span></li><li><b>3 pack</b> "
        "<span class='price'>€12.00</span></li></ul>" + BUY,
        None, None, "in_stock",
    ),
    shop_page(
        "history",
        HEADING + "<table><tr><td>Current</td><td>€49.90</td></tr><tr><td>Highest</td><td>€59.90</td></tr><tr>"
        "<td>Lowest"
        "</td><td>€39.90</td></tr></table>",
        "49.90", "EUR", None, silent=True,
    ),
    shop_page(
        "service",
        "<h1>Book a cleaning</h1><p>Prices from <span class='price'>€29</span></p><button>Book now</button>",
        None, None, None, name="Book a cleaning", path="/clean",
    ),
    shop_page(
        "blog-sale",
        "<h1>Aurora lamps are on sale</h1><p>Down to <b>€49.90</b> from <s>€59.90</s> at Shop.</p><p>"
        "<a href='https://other.example/x'>Buy now</a></p>",
        None, None, None, name="Aurora lamps are on sale", path="/blog/aurora-sale",
    ),
    shop_page(
        "shipping-only",
        HEADING + "<p>Sold in stores only.</p><p>Shipping costs <span class='price'>€4.90</span></p>",
        None, None, None,
    ),
    shop_page(
        "min-order",
        HEADING + "<p>Price on request</p><p>Minimum order value: <span class='price'>€100.00</span></p>",
        None, None, None,
    ),
    shop_page(
        "gift-wrap",
        HEADING + "<p>Price on request</p><div><input type='checkbox'> Gift wrapping <span class='price'>€3.50</span>"
        "</div>"
        "<button>Add to cart</button>",
        None, None, "in_stock",
    ),
    shop_page(
        "mobile-sticky",
        HEADING + f"<p class='price'>€49.90</p><button>Add to cart</button><div class='sticky-bar'><span>{NAME}</span> "
        "<span class='price'>€49.90</span> <button>Add to cart</button></div>",
        "49.90", "EUR", "in_stock",
    ),
    shop_page(
        "size-prices",
        HEADING + "<table class='sizes'><tr><td>Small</td><td class='price'>€39.90</td><td><button>Add to cart</button>"
        "</td></tr><tr><td>Large</td><td class='price'>€59.90</td><td><button>Add to cart</button></td></tr>"
        "</table>",
        None, None, "in_stock",
    ),
    shop_page(
        "per-person",
        "<h1>Guided tour of Example</h1><div class='price'>€25.00</div><span>per person</span><button>Book now"
        "</button>",
        "25.00", "EUR", None, name="Guided tour of Example", path="/tour", silent=True,
    ),
    shop_page(
        "wishlist-total",
        HEADING + "<div class='totals'><span>Total</span> <span class='price'>€0.00</span></div><div class='totals'>"
        "<span>Order value</span> <span class='price'>€129.00</span></div>",
        None, None, None,
    ),
    shop_page(
        "hidden-variants",
        HEADING + "<p class='price'>€49.90</p><div style='display:none'><p class='price'>€59.90</p><p "
        "class='price'>€69.90"
        "</p></div>" + BUY,
        "49.90", "EUR", "in_stock",
    ),
    shop_page(
        "claims-two-currencies",
        HEADING + "<p class='price'>€49.90</p>" + BUY,
        "49.90", "EUR", "in_stock", head=offered("49.90", "EUR", "InStock") + offered("54.10", "USD", "InStock"),
    ),
    shop_page(
        "claim-other-product",
        HEADING + "<p class='price'>€49.90</p>" + BUY,
        "49.90", "EUR", "in_stock", head=offered("79.00", "EUR", "InStock", name="Marble Table Lamp"),
    ),
    shop_page(
        "claim-only-other-product",
        HEADING + "<p>Coming soon.</p>",
        None, None, None, head=offered("79.00", "EUR", "InStock", name="Marble Table Lamp"),
    ),
    shop_page(
        "old-beside-other",
        HEADING + "<p class='price'>€49.90</p><p>RRP €59.90</p><div class='deal'><b>€44.90</b> for members</div>" + BUY,
        "49.90", "EUR", "in_stock", silent=True,
    ),
    shop_page(
        "app-price",
        HEADING + "<p class='price'>€49.90</p><p>App price <span class='price'>€45.90</span></p>" + BUY,
        "49.90", "EUR", "in_stock", silent=True,
    ),
    shop_page(
        "first-order",
        HEADING + "<p class='price'>€49.90</p><p>First order: <span class='price'>€39.90</span></p>" + BUY,
        "49.90", "EUR", "in_stock", silent=True,
    ),
    shop_page(
        "cheaper-used",
        HEADING + "<p>New</p><p class='price'>€49.90</p><p>Pre-owned</p><p class='price'>€29.90</p>" + BUY,
        "49.90", "EUR", "in_stock", silent=True,
    ),
    shop_page(
        "insurance",
        HEADING + "<p class='price'>€499.00</p><ul><li>2 years of cover <span class='price'>€59.00</span></li>"
        "</ul>" + BUY,
        "499.00", "EUR", "in_stock", silent=True,
    ),
    shop_page(
        "split-no-cents-class",
        HEADING + "<div class='price'><span>49</span><span>90</span> €</div>" + BUY,
        None, None, None,
    ),
    shop_page(
        "event-offer",
        "<h1>Example Band at the Hall</h1>",
        "39.00", "EUR", "in_stock", name="Example Band at the Hall", path="/e/1", head=ld({"@type": "MusicEvent", "name": "Example Band at the Hall", "offers": {"@type": "Offer", "price": "39.00", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}}),
    ),
    shop_page(
        "claim-zero-then-page",
        HEADING + "<p class='price'>€49.90</p>" + BUY,
        "49.90", "EUR", "in_stock", head=offered("0.00", "EUR", "InStock"), silent=True,
    ),
    shop_page(
        "on-request-beside-a-claim",
        HEADING + "<p class='price'>Price on request</p><a href='/contact'>Contact us</a>",
        None, None, "in_stock", head=offered("1.00", "EUR", "InStock"),
    ),
    shop_page(
        "lowest-of-30-days-in-polish",
        HEADING + "<strong class='projector_prices__price'>249,99 zł<span> / szt.</span></strong><div>Najniższa cena "
        "produktu w okresie 30 dni przed wprowadzeniem obniżki: <span>259,00 zł</span></div><button>Dodaj do koszyka"
        "</button>",
        "249.99", "PLN", "in_stock", lang="pl", money="{} zł",
    ),
    shop_page(
        "net-in-hungarian",
        HEADING + "<div class='product-price'><span>14 990</span> Ft</div><div>(<span>11 803</span> Ft + ÁFA)</div>"
        "<button>Kosárba teszem</button>",
        "14990", "HUF", "in_stock", lang="hu", money="{} Ft",
    ),
    shop_page(
        "names-for-testers-only",
        HEADING + "<div data-qaid='product_price'><span>1 499</span> <span>₴</span></div><div data-qaid='old_price'>"
        "<span>1 899 ₴</span></div><button>Купити</button>",
        "1499", "UAH", "in_stock", lang="uk", money="{} ₴",
    ),
)  # fmt: skip
