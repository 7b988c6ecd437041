"""Product pages as the common shop programs print them, with what a careful person reads on each."""

from __future__ import annotations

from tests.shop_pages import NAME, PATH, ShopPage, heading, ld, offered, rows, shop_page


def _woo(amount: str) -> str:
    return (
        "<span class='woocommerce-Price-amount amount'><bdi><span class='woocommerce-Price-currencySymbol'>"
        f"&euro;</span>{amount}</bdi></span>"
    )


_WOO_CART = (
    "<form class='cart'><div class='quantity'><input type='number' class='qty' value='1'></div><button type='submit' "
    "name='add-to-cart' class='single_add_to_cart_button button alt'>Add to cart</button></form>"
)


def _dawn(price: str, *, old: str = "", sold_out: bool = False) -> str:
    """Dawn prints both prices and both badges always, and lets classes on the outer element show the right ones."""
    state = " price--on-sale" if old else ""
    state += " price--sold-out" if sold_out else ""
    button = "<button disabled><span>Sold out</span></button>" if sold_out else "<button><span>Add to cart</span>"
    return (
        f"<div class='product__title'><h1>{NAME}</h1></div><div id='price-template--1' role='status'>"
        f"<div class='price price--large{state}'><div class='price__container'><div class='price__regular'>"
        "<span class='visually-hidden visually-hidden--inline'>Regular price</span>"
        f"<span class='price-item price-item--regular'>{price}</span></div><div class='price__sale'>"
        "<span class='visually-hidden visually-hidden--inline'>Regular price</span>"
        f"<span><s class='price-item price-item--regular'>{old}</s></span>"
        "<span class='visually-hidden visually-hidden--inline'>Sale price</span>"
        f"<span class='price-item price-item--sale price-item--last'>{price}</span></div>"
        "<small class='unit-price caption hidden'><span class='visually-hidden'>Unit price</span><span>"
        "<span></span><span aria-hidden='true'>/</span><span>&nbsp;per&nbsp;</span></span></small></div>"
        "<span class='badge price__badge-sale color-accent-2'>Sale</span>"
        "<span class='badge price__badge-sold-out color-inverse'>Sold out</span></div></div>"
        f"<div class='product__tax caption rte'>Tax included.</div>"
        f"<form><div class='product-form__buttons'>{button}</button></div></form>"
    )


_DEBUT = (
    f"<h1 class='product-single__title'>{NAME}</h1><div class='product__price'><dl class='price' data-price>"
    "<div class='price__regular'><dt><span class='visually-hidden'>Regular price</span></dt>"
    "<dd><span class='price-item price-item--regular' data-regular-price>$28.00</span></dd></div>"
    "<div class='price__sale'><dt><span class='visually-hidden'>Sale price</span></dt>"
    "<dd><span class='price-item price-item--sale' data-sale-price>$28.00</span></dd>"
    "<dt><span class='visually-hidden'>Regular price</span></dt>"
    "<dd><s class='price-item price-item--regular' data-regular-price></s></dd></div>"
    "<div class='price__badges'><span class='price__badge price__badge--sold-out'><span>Sold out</span></span></div>"
    "</dl></div><form><select><option>Black - $28.00 USD</option><option disabled>White - Sold out</option></select>"
    "<button class='btn product-form__cart-submit'><span data-add-to-cart-text>Add to cart</span></button></form>"
)
_SHOPIFY_VARIANTS = ld(
    {
        "@context": "http://schema.org/",
        "@type": "Product",
        "name": NAME,
        "url": f"https://shop.example/p/{PATH}",
        "offers": [
            {
                "@type": "Offer",
                "availability": f"http://schema.org/{stock}",
                "price": 28.0,
                "priceCurrency": "USD",
                "url": f"https://shop.example/p/{PATH}?variant={number}",
            }
            for number, stock in ((39870011, "InStock"), (39870012, "OutOfStock"))
        ],
    }
)

_MAGENTO_1 = (
    f"<div class='product-name'><span class='h1'>{NAME}</span></div><div class='product-shop'>"
    f"<div class='product-name'><h1>{NAME}</h1></div><div class='price-info'><div class='price-box'>"
    "<p class='old-price'><span class='price-label'>Regular Price:</span> "
    "<span class='price' id='old-price-12'>£120.00</span></p>"
    "<p class='special-price'><span class='price-label'>Special Price</span> "
    "<span class='price' id='product-price-12'>£99.00</span></p></div></div>"
    "<div class='extra-info'><p class='availability in-stock'><span class='label'>Availability:</span> "
    "<span class='value'>In stock</span></p></div>"
    "<button type='button' title='Add to Cart' class='button btn-cart'><span><span>Add to Cart</span></span></button>"
    "</div>"
)
_MAGENTO_2_TAX = (
    f"<h1 class='page-title'><span class='base' data-ui-id='page-title-wrapper'>{NAME}</span></h1>"
    "<div class='product-info-price'><div class='price-box price-final_price' data-role='priceBox'>"
    "<span class='price-container price-final_price tax weee'><span id='price-including-tax-product-price-7' "
    "data-label='Incl. Tax' data-price-amount='54.45' class='price-wrapper price-including-tax'>"
    "<span class='price'>€54.45</span></span><span id='price-excluding-tax-product-price-7' data-label='Excl. Tax' "
    "data-price-amount='45' class='price-wrapper price-excluding-tax'><span class='price'>€45.00</span></span>"
    "</span></div></div><div class='product-info-stock-sku'><div class='stock available' title='Availability'>"
    "<span>In stock</span></div></div><div class='box-tocart'><button class='action primary tocart'>"
    "<span>Add to Cart</span></button></div>"
)
_MAGENTO_2_TIERS = (
    f"<h1 class='page-title'><span class='base'>{NAME}</span></h1><div class='price-box price-final_price'>"
    "<span class='price-container price-final_price'><span class='price-wrapper'><span class='price'>€4.50</span>"
    "</span></span></div><ul class='prices-tier items'><li class='item'>Buy 10 for <span class='price-container "
    "price-tier_price'><span class='price-wrapper'><span class='price'>€4.20</span></span></span> each and "
    "<strong class='benefit'>save <span class='percent tier-0'>7</span>%</strong></li></ul>"
    "<button class='action primary tocart'><span>Add to Cart</span></button>"
)
_PRESTASHOP = (
    f"<h1 class='h1' itemprop='name'>{NAME}</h1><div class='product-prices js-product-prices'>"
    "<div class='product-discount'><span class='regular-price'>35,90 €</span></div>"
    "<div class='product-price h5 has-discount'><div class='current-price'>"
    "<span class='current-price-value' content='28.72'>28,72 €</span>"
    "<span class='discount discount-percentage'>Économisez 20 %</span></div></div>"
    "<div class='tax-shipping-delivery-label'>TTC</div></div>"
    "<span id='product-availability' class='js-product-availability'>En stock</span>"
    "<button class='btn btn-primary add-to-cart' data-button-action='add-to-cart'>Ajouter au panier</button>"
)
_OPENCART = (
    "<form id='form-currency'><button class='dropdown-toggle'><strong>$</strong> <span>Currency</span></button>"
    "<ul class='dropdown-menu'><li><button name='EUR'>€ Euro</button></li><li><button name='GBP'>£ Pound Sterling"
    f"</button></li><li><button name='USD'>$ US Dollar</button></li></ul></form><h1>{NAME}</h1>"
    "<ul class='list-unstyled'><li>Brand: <a href='/apple'>Lumen</a></li><li>Product Code: L200</li>"
    "<li>Reward Points: 400</li><li>Availability: In Stock</li></ul><ul class='list-unstyled'>"
    "<li><span style='text-decoration: line-through;'>$122.00</span></li><li><h2>$110.00</h2></li>"
    "<li>Ex Tax: $90.00</li><li>Price in reward points: 400</li><li><hr></li><li>10 or more $88.00</li></ul>"
    "<button type='button' id='button-cart' class='btn btn-primary'>Add to Cart</button>"
)
_BIGCOMMERCE = (
    f"<h1 class='productView-title'>{NAME}</h1><div class='productView-price'>"
    "<div class='price-section price-section--withoutTax rrp-price--withoutTax'><span>MSRP:</span> "
    "<span data-product-rrp-price-without-tax class='price price--rrp'>$270.00</span></div>"
    "<div class='price-section price-section--withoutTax non-sale-price--withoutTax'><span>Was:</span> "
    "<span class='price price--non-sale'>$249.00</span></div>"
    "<div class='price-section price-section--withoutTax'><span class='price-now-label'>Now:</span> "
    "<span data-product-price-without-tax class='price price--withoutTax'>$225.00</span></div>"
    "<div class='price-section price-section--saving price'><span class='price'>(You save</span> "
    "<span class='price price--saving'>$24.00</span><span class='price'>)</span></div></div>"
    "<input id='form-action-addToCart' type='submit' value='Add to Cart'>"
    "<meta itemprop='priceCurrency' content='USD'>"
)
_SHOPWARE_5 = (
    f"<h1 class='product--title'>{NAME}</h1><div class='product--price price--default price--discount'>"
    "<span class='price--content content--default'> 19,99&nbsp;&euro; *</span>"
    "<span class='price--discount-icon'><i class='icon--percent2'></i></span><span class='content--discount'>"
    "<span class='price--line-through'>29,99&nbsp;&euro; *</span>"
    "<span class='price--discount-percentage'>(33,34% gespart)</span></span></div>"
    "<div class='product--price price--unit'><span class='price--label label--purchase-unit'>Inhalt:</span> 0.5 Liter "
    "(39,98&nbsp;&euro; * / 1 Liter)</div><p class='product--tax'>inkl. MwSt. <a>zzgl. Versandkosten</a></p>"
    "<p class='delivery--information'><span class='delivery--text delivery--text-available'>Sofort versandfertig, "
    "Lieferzeit ca. 1-3 Werktage</span></p><button class='buybox--button'>In den <span>Warenkorb</span></button>"
)
_SHOPWARE_6 = (
    f"<h1 class='product-detail-name'>{NAME}</h1><p class='product-detail-price with-list-price'>189,95 €* "
    "<span class='list-price-badge'>%</span><span class='product-detail-list-price-wrapper'>statt "
    "<span class='list-price-price'>229,95 €*</span> <span class='list-price-percentage'>(17.4% gespart)</span></span>"
    "</p><p class='product-detail-tax'>Preise inkl. MwSt. zzgl. Versandkosten</p><div class='product-detail-delivery-"
    "information'><p class='delivery-information delivery-available'>Sofort verfügbar, Lieferzeit 1-3 Tage</p></div>"
    "<button class='btn btn-primary btn-buy'>In den Warenkorb</button>"
)
_SFRA = (
    f"<h1 class='product-name'>{NAME}</h1><div class='prices'><div class='price'><span><del>"
    "<span class='strike-through list'><span class='value' content='199.00'><span class='sr-only'>Price reduced from"
    "</span>£199.00<span class='sr-only'>to</span></span></span></del><span class='sales'>"
    "<span class='value' content='149.00'>£149.00</span></span></span></div></div>"
    "<div class='klarna-placement'>or 3 payments of <b>£49.67</b></div><ul class='list-unstyled availability-msg'>"
    "<li><div>In Stock</div></li></ul><button class='add-to-cart btn'>Add to Bag</button>"
)


def _vtex(css: str, whole: str, cents: str) -> str:
    integers = "<span class='vtex-currencyGroup'>.</span>".join(
        f"<span class='vtex-product-price-1-x-currencyInteger'>{part}</span>" for part in whole.split(".")
    )
    return (
        f"<span class='vtex-product-price-1-x-{css}'><span class='vtex-product-price-1-x-{css}Value'>"
        "<span class='vtex-product-price-1-x-currencyContainer'><span class='vtex-product-price-1-x-currencyCode'>R$"
        f"</span><span class='vtex-currencyLiteral'>&nbsp;</span>{integers}<span class='vtex-currencyDecimal'>,</span>"
        f"<span class='vtex-currencyFraction'>{cents}</span></span></span></span>"
    )


_VTEX = (
    f"<h1 class='vtex-store-components-3-x-productNameContainer'><span>{NAME}</span></h1>"
    f"<div>{_vtex('listPrice', '1.599', '90')}</div><div>{_vtex('sellingPrice', '1.299', '90')}</div>"
    "<span class='vtex-product-price-1-x-installments'>em até <span>10</span>x de <span class='vtex-currency"
    "Container'><span>R$</span><span>&nbsp;</span><span>129</span><span>,</span><span>99</span></span> sem juros</span>"
    "<button><div class='vtex-button__label'><span>Comprar</span></div></button>"
)
_NUVEM = (
    f"<h1 class='js-product-name'>{NAME}</h1><div class='price-container' data-store='product-price-1'>"
    "<span class='d-inline-block'><div id='compare_price_display' class='js-compare-price-display price-compare'>"
    "$159.990,00</div></span><span class='d-inline-block'><div class='js-price-display h2' id='price_display' "
    "data-product-price='12999000'>$129.990,00</div></span></div>"
    "<div class='text-accent'><strong>$116.991,00</strong> con <strong>Transferencia</strong></div>"
    "<div class='js-max-installments'><span>3</span> cuotas sin interés de <span>$43.330,00</span></div>"
    "<input type='submit' class='js-addtocart btn' value='Agregar al carrito'>"
)
_TRAY = (
    f"<h1 class='product-name'>{NAME}</h1><div class='product-price-tray' id='produto_preco'>"
    "<div class='dados-preco-valor'><span id='preco_atual'><span class='PrecoPrincipal'>R$ 89,90</span></span></div>"
    "<div class='parcelas'>ou <strong>3x</strong> de <strong>R$ 29,97</strong> sem juros</div>"
    "<div class='desconto'>ou <strong>R$ 85,41</strong> no pix (5% de desconto)</div></div>"
    "<button class='botao-comprar'>Comprar</button>"
)
_BITRIX = (
    f"<h1 id='pagetitle'>{NAME}</h1><div class='product-item-detail-info-container'>"
    "<div class='product-item-detail-price-old'>15 990 руб.</div>"
    "<div class='product-item-detail-price-current'>12 990 руб.</div>"
    "<div class='item_economy_price'>Экономия 3 000 руб.</div></div><div class='item-stock'><span>В наличии</span>"
    "</div>"
    "<a class='btn btn-primary' href='javascript:void(0);'>В корзину</a><a class='btn one_click'>Купить в 1 клик</a>"
)
_CS_CART = (
    f"<h1 class='ut2-pb__title'><bdi>{NAME}</bdi></h1><div class='ty-product-block__price-actual'>"
    "<span class='ty-price'><bdi><span class='ty-price-num'>£</span><span class='ty-price-num'>529.99</span></bdi>"
    "</span></div><span class='ty-list-price ty-nowrap'><span class='list-price-label'>List price:</span> "
    "<bdi><span class='ty-strike'><span class='ty-list-price'>£</span><span class='ty-list-price'>599.99</span></span>"
    "</bdi></span><span class='ty-save-price'>You save: £70.00 (12%)</span><div class='ty-control-group'><span "
    "class='ty-control-group__label'>Availability:</span><span class='ty-qty-in-stock'>In stock</span></div>"
    "<button class='ty-btn__add-to-cart'>Add to cart</button>"
)
_ZEN_CART = (
    f"<h1 id='productName' class='productGeneral'>{NAME}</h1><h2 id='productPrices' class='productGeneral'>"
    "<span class='normalprice'>£49.99 </span>&nbsp;<span class='productSpecialPrice'>£39.99</span>"
    "<span class='productPriceDiscount'><br>Save:&nbsp;20% off</span></h2><div id='cartAdd'>Add to Cart: <input "
    "name='cart_quantity' value='1'><input type='submit' value='Add to Cart'></div>"
    "<ul id='productDetailsList'><li>Model: L200</li><li>25 Units in Stock</li></ul>"
)
_OSCOMMERCE = (
    f"<table><tr><td class='pageHeading' valign='top'>{NAME}<br><span class='smallText'>[L200]</span></td>"
    "<td class='pageHeading' align='right' valign='top'><s>£49.99</s> <span class='productSpecialPrice'>£39.99</span>"
    "</td></tr></table><p>A lamp for the desk.</p><a href='/cart'>Add to Cart</a>"
)
_JTL = (
    f"<h1 class='fn product-title'>{NAME}</h1><div class='price_wrapper'><div class='price h1'><span>24,90 €</span>"
    "</div><div class='price-note'><div class='vat_info text-muted'>inkl. 19% USt., zzgl. Versand</div>"
    "<div class='old-price'>Alter Preis: <del class='value'>29,90 €</del></div></div></div><div "
    "class='delivery-status'>"
    "<span class='status status-1'>knapper Lagerbestand</span><div>Lieferzeit: 1 - 3 Werktage</div></div>"
    "<button class='btn btn-basket'>In den Warenkorb</button>"
)
_GAMBIO = (
    f"<h1 class='product-info-title-desktop'>{NAME}</h1><div class='price-container'><div class='current-price-"
    "container' id='attributes-calc-price'><span class='productOldPrice small-price'>Unser bisheriger Preis 69,90 EUR"
    "</span><br>Jetzt nur 49,90 EUR<br><span class='productSavePrice'>Sie sparen 28,6% / 20,00 EUR</span></div>"
    "<p class='tax-shipping-text'>inkl. 19% MwSt. zzgl. Versand</p></div><button>In den Warenkorb</button>"
)
_OXID = (
    f"<h1 id='productTitle'>{NAME}</h1><div class='price-wrapper'><del class='price-old'>39,00 €</del>"
    "<label id='productPrice' class='price'><span><span class='price-from'></span><span class='price'>29,00 €</span>"
    "<span class='price-markup'>*</span></span></label></div><span class='stockFlag'>Sofort lieferbar</span>"
    "<button id='toBasket'>In den Warenkorb</button><p>*Alle Preise inkl. MwSt.</p>"
)
_WIX = (
    f"<h1 data-hook='product-title'>{NAME}</h1><div data-hook='product-price'><span class='sFUVRz4' data-hook="
    "'sr-formatted-secondary-price'>Regular Price</span><span data-wix-price='C$30.00' data-hook="
    "'formatted-secondary-price'>C$30.00</span><span data-hook='sr-formatted-primary-price'>Sale Price</span>"
    "<span data-wix-price='C$25.00' data-hook='formatted-primary-price'>C$25.00</span></div>"
    "<button data-hook='add-to-cart'><span>Add to Cart</span></button>"
)
_SQUARESPACE = (
    f"<h1 class='ProductItem-details-title'>{NAME}</h1><div class='product-price'><span class='visually-hidden'>Sale "
    "Price:</span>£<span class='sqs-money-native'>45.00</span> <span class='visually-hidden'>Original Price:</span>"
    "<span class='original-price'>£<span class='sqs-money-native'>60.00</span></span></div>"
    "<div class='sqs-add-to-cart-button'><div class='sqs-add-to-cart-button-inner'>Add To Cart</div></div>"
)

SOFTWARE: tuple[ShopPage, ...] = (
    shop_page(
        "woocommerce-sale",
        f"<h1 class='product_title entry-title'>{NAME}</h1><p class='price'><del aria-hidden='true'>{_woo('59,90')}"
        f"</del> <span class='screen-reader-text'>Original price was: &euro;59,90.</span> <ins aria-hidden='true'>"
        f"{_woo('49,90')}</ins><span class='screen-reader-text'>Current price is: &euro;49,90.</span></p>"
        f"<p class='stock in-stock'>12 in stock</p>{_WOO_CART}",
        "49.90",
        "EUR",
        "in_stock",
    ),
    shop_page(
        "woocommerce-range",
        f"<h1 class='product_title'>{NAME}</h1><p class='price'>{_woo('19,00')} &ndash; {_woo('29,00')}</p>"
        f"<table class='variations'><tr><td><select><option>Choose an option</option></select></td></tr></table>"
        f"<div class='single_variation_wrap'></div>{_WOO_CART}",
        stock="in_stock",
        head=ld(
            {
                "@type": "Product",
                "name": NAME,
                "offers": [
                    {"@type": "AggregateOffer", "lowPrice": "19.00", "highPrice": "29.00", "priceCurrency": "EUR",
                     "offerCount": 3, "availability": "http://schema.org/InStock"}
                ],
            }
        ),
    ),
    shop_page(
        "woocommerce-sold-out",
        f"<h1 class='product_title'>{NAME}</h1><p class='price'>{_woo('49,90')}</p>"
        "<p class='stock out-of-stock'>Out of stock</p>",
        "49.90",
        "EUR",
        "out_of_stock",
        head=offered("49.90", "EUR", "OutOfStock"),
        related="<section class='related products'><h2>Related products</h2><ul class='products columns-4'>"
        f"<li class='product'><a href='/p/x'><h2>Copper Wall Light</h2><span class='price'>{_woo('39,95')}</span></a>"
        "<a href='?add-to-cart=7' class='button'>Add to cart</a></li></ul></section>",
    ),
    shop_page("shopify-dawn", _dawn("£49.90"), "49.90", "GBP", "in_stock", money="£{}"),
    shop_page("shopify-dawn-sale", _dawn("£49.90", old="£59.90"), "49.90", "GBP", "in_stock", money="£{}"),
    shop_page(
        "shopify-dawn-claimed",
        _dawn("$49.90 USD", old="$59.90 USD"),
        "49.90",
        "USD",
        "in_stock",
        head=offered("49.9", "USD", "InStock"),
        money="${} USD",
    ),
    shop_page(
        "shopify-dawn-sold-out",
        _dawn("£49.90", sold_out=True),
        "49.90",
        "GBP",
        "out_of_stock",
        money="£{}",
        head=offered("49.9", "GBP", "OutOfStock"),
    ),
    shop_page("shopify-debut", _DEBUT, "28.00", "USD", "in_stock", head=_SHOPIFY_VARIANTS, money="${}"),
    shop_page(
        "shopify-debut-sold-out-variant",
        _DEBUT,
        "28.00",
        "USD",
        "out_of_stock",
        head=_SHOPIFY_VARIANTS,
        money="${}",
        path=f"/p/{PATH}?variant=39870012",
    ),
    shop_page("magento-1", _MAGENTO_1, "99.00", "GBP", "in_stock", money="£{}"),
    shop_page("magento-2-tax", _MAGENTO_2_TAX, "54.45", "EUR", "in_stock"),
    shop_page("magento-2-tiers", _MAGENTO_2_TIERS, "4.50", "EUR", "in_stock"),
    shop_page("prestashop", _PRESTASHOP, "28.72", "EUR", "in_stock", lang="fr", money="{} €"),
    shop_page("opencart", _OPENCART, "110.00", "USD", "in_stock", lang="en", money="${}"),
    shop_page("bigcommerce", _BIGCOMMERCE, "225.00", "USD", "in_stock", lang="en-us", money="${}"),
    shop_page("shopware-5", _SHOPWARE_5, "19.99", "EUR", "in_stock", lang="de", money="{} €"),
    shop_page("shopware-6", _SHOPWARE_6, "189.95", "EUR", "in_stock", lang="de-DE", money="{} €"),
    shop_page("salesforce", _SFRA, "149.00", "GBP", "in_stock", money="£{}"),
    shop_page("vtex", _VTEX, "1299.90", "BRL", "in_stock", lang="pt-BR", money="R$ {}", host="shop.com.br"),
    shop_page("nuvemshop", _NUVEM, "129990.00", "ARS", "in_stock", lang="es", money="${}", host="shop.com.ar"),
    shop_page("tray", _TRAY, "89.90", "BRL", "in_stock", lang="pt-br", money="R$ {}", silent=True),
    shop_page(
        "tray-claimed", _TRAY, "89.90", "BRL", "in_stock", lang="pt-br", money="R$ {}",
        head=offered("89.90", "BRL", "InStock"),
    ),
    shop_page("bitrix", _BITRIX, "12990", "RUB", "in_stock", lang="ru", money="{} руб.", host="shop.ru"),
    shop_page("cs-cart", _CS_CART, "529.99", "GBP", "in_stock", money="£{}"),
    shop_page("zen-cart", _ZEN_CART, "39.99", "GBP", "in_stock", money="£{}"),
    shop_page("oscommerce", _OSCOMMERCE, "39.99", "GBP", "in_stock", money="£{}"),
    shop_page("jtl", _JTL, "24.90", "EUR", "in_stock", lang="de", money="{} €"),
    shop_page("gambio", _GAMBIO, "49.90", "EUR", "in_stock", lang="de", money="{} EUR", silent=True),
    shop_page("oxid", _OXID, "29.00", "EUR", "in_stock", lang="de", money="{} €"),
    shop_page("wix", _WIX, "25.00", "CAD", "in_stock", money="C${}"),
    shop_page("squarespace", _SQUARESPACE, "45.00", "GBP", "in_stock", money="£{}"),
    shop_page(
        "tiers-by-quantity",
        heading()
        + "<p class='price'>€4.50</p><table class='quantity-prices'><tr><th>Quantity</th><th>Price</th></tr>"
        + rows(lambda label, amount: f"<tr><td>{label}</td><td>€{amount}</td></tr>", ("10", "4.20"), ("50", "3.90"))
        + "</table><button>Add to cart</button>",
        "4.50",
        "EUR",
        "in_stock",
    ),
)  # fmt: skip
