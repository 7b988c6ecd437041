"""Words for people beside prices: labels, notes and buttons, in many languages.

Entries stand apart by semicolons; a star at the end of a word stands for any ending. Only letters count, so "R.R.P." is
written "r r p". Nothing here names a shop. A word that may stand beside any price belongs to `NEUTRAL`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Role(Enum):
    """What an amount of money on a page is, if it is not simply the price; its value says so to the owner."""

    STRUCK = "a crossed-out price"
    FORMER = "a former or recommended price"
    USUAL = "a regular price"
    SAVING = "a saving, voucher or bonus"
    SHIPPING = "a shipping cost or limit"
    UNIT = "a price per unit"
    INSTALMENT = "an instalment or fee"
    FROM = "a starting price"
    NET = "a price without tax"
    TOTAL = "a total"
    BID = "a bid in an auction"
    OTHER = "another offer, variant or extra"


LABELS: Final[Mapping[Role, str]] = {
    Role.FORMER: """
        was; before; list; list price; lowest price; lowest price in last days; lowest price in the last days;
        lowest price of last days; lowest price of the last days; lowest prior price; last days; in last days; in
        the last days; of the last days; in den letzten tagen; der letzten tage; des derniers jours; sur les
        derniers jours; degli ultimi giorni; negli ultimi giorni; de los últimos días; en los últimos días; dos
        últimos dias; nos últimos dias; z ostatnich dni; z dni; przed obniżką; przed wprowadzeniem obniżki; najniższa
        cena produktu; w okresie dni; w ciągu dni; w ciągu ostatnich dni; za posledních dní; posledních dní; u
        zadnjih dana; u poslednjih dana; din ultimele zile; senaste dagarna; siste dager; sidste dage; afgelopen
        dagen; laatste dagen; reduced from; price reduced from; original price was; rrp; r r p; msrp; m s r p; mrp;
        m r p; old price; compare at; retail; retail price; retail value; typical price; reference price; previous
        price; strike price; recommended price; value; orig; recommended retail price; suggested price; suggested
        retail price; usually; previously; formerly; comp value; statt; uvp; u v p; vorher; bisher; alter preis;
        listenpreis; unverb preisempf*; unverbindliche preisempfehlung; streichpreis; ehemals; ursprünglich*;
        bisheriger preis; günstigster preis; niedrigster preis; letzter preis; au lieu de; prix conseillé; prix
        barré; prix public; prix de référence; prix d origine; avant; ancien prix; prix le plus bas; antes; precio
        anterior; precio recomendado; precio de lista; precio original; pvp; pvpr; p v p; p v p r; preço anterior;
        preço recomendado; preço original; por antes; de lista; prezzo consigliato; prezzo mediano; prezzo di
        listino; prezzo precedente; prezzo originale; listino; invece di; anziché; prezzo più basso; adviesprijs;
        van; normale prijs; oude prijs; w miejsce; poprzednia cena; cena katalogowa; cena przed*; było; najniższa
        cena; stara cena; stará cena; původní cena; pôvodná cena; běžná cena; bežná cena; doporučená cena; mpc;
        najniža cijena; najnižja cena; prp; p r p; preț vechi; pret vechi; preț recomandat; pret recomandat; régi
        ár; eredeti ár; tidigare pris; ord pris; førpris; før; tidligere pris; vejl; vejl pris; veil; veil pris;
        norm hinta; aiemmin; ovh; eski fiyat; liste fiyatı; piyasa fiyatı; harga asli; harga normal; giá gốc; giá
        cũ; giá thị trường; старая цена; было; вместо; стара ціна; стара цена; пцд; αρχική τιμή; αρχική; πλτ; π λ τ;
        原价; 原價; 市场价; 市場價; 定価; 定價; 建議售價; 通常価格; 参考価格; 希望小売価格; 정가; 정상가; ราคาปกติ;
        السعر السابق; قبل الخصم; מחיר קודם""",
    Role.NET: """
        ex tax; excl tax; excluding tax; ex vat; exc vat; excl vat; excluding vat; ex gst; excl gst; without tax;
        without vat; plus vat; net; net price; plus tax; netto; netto preis; zzgl mwst; ohne mwst; exkl mwst; hors
        taxes; ht; hors tva; sin iva; iva no incluido; sem iva; iva esclusa; più iva; excl btw; exclusief btw; bez
        dph; bez pdv; bez vat; fără tva; fara tva; áfa nélkül; exkl moms; exklusive moms; ekskl moms; eks mva; ekskl
        mva; без ндс; без пдв; без ддс; χωρίς φπα; kdv hariç; 税抜; 税別; 未税; 未稅; 不含税; 부가세 별도""",
    Role.BID: """
        bid; bids; current bid; starting bid; winning bid; highest bid; place bid; gebot; gebote; aktuelles gebot;
        startgebot; enchère*; mise à prix; puja; pujas; puja actual; lance; lance atual; lance inicial; offerta
        attuale; offerta corrente; huidig bod; bod; licytacj*; ставк*; nabídka; bud; högsta bud; høyeste bud;
        現在価格; 入札""",
    Role.USUAL: """
        regular; regular price; normal; normal price; original; original price; full price; everyday price;
        normalpreis; originalpreis; prix normal; prix habituel; prix initial; precio normal; precio regular; precio
        habitual; preço normal; preço regular; prezzo normale; prezzo intero; cena regularna; cena normalna; redovna
        cijena; redna cena; price was; обычная цена; preț normal; ordinarie pris; normalpris""",
    Role.SAVING: """
        save; saves; saved; saving; savings; off; discount*; coupon*; voucher*; cashback; cash back; bonus; point*;
        reward*; gift card; sparen; gespart; ersparnis; rabatt*; gutschein*; nachlass; punkte; guthaben; économis*;
        economis*; remise; réduction; soit; bon d achat; cagnott*; ahorr*; descuento*; cupón; puntos; dto; poupe;
        poupa; poupança; economize; desconto*; cupom; risparmi*; sconto; buono; punti; bespaar*; korting*; oszczęd*;
        taniej; zniżk*; rabat*; zysk*; ušetř*; sleva; zľava; ušetr*; ušted*; popust*; economiseșt*; reducere;
        megtakarít*; kedvezmény*; spar; spara; sparer; säästä*; alennus*; kazanç; indirim*; puan; hemat; diskon;
        tiết kiệm; giảm; скидк*; эконом*; выгод*; бонус*; балл*; знижк*; отстъпка; спестявате; έκπτωση; κερδίζετε;
        όφελος; 优惠; 優惠; 折扣; 立减; 点数; 點數; 節省; 割引; ポイント; 할인; 적립; ส่วนลด; خصم; وفر; הנחה""",
    Role.SHIPPING: """
        shipping; delivery; deliver; postage; freight; p p; import fee*; import charges; order; orders; over; above;
        under; minimum order; min order; versand*; liefer*; porto; mindestbestellwert; zustell*; livraison*; frais
        de port; expédition; envío*; envio*; entrega*; frete*; portes; spedizion*; consegna; verzend*; bezorg*;
        levering*; dostaw*; wysyłk*; przesyłk*; doprav*; doručen*; poštovn*; dostav*; livrare; transport;
        szállítás*; frakt*; fragt; toimitus*; postikulut; kargo; teslimat; ongkir; pengiriman; vận chuyển; giao
        hàng; доставк*; пересылк*; доставка; αποστολ*; μεταφορικά; 运费; 運費; 送料; 配送; 배송; ค่าส่ง; شحن; توصيل;
        משלוח""",
    Role.UNIT: """
        per; pro; kg; kilo; kilogramm; ml; cl; dl; liter; litre; litro; metre; meter; gram; grams; ounce; oz; lb; fl
        oz; count; grundpreis; unit price; prix au; prix unitaire; le kg; le kilo; au kg; al kg; al litro; por kg;
        entspricht; za kg; jedn; cena jednostkowa; jednotková cena; jämförpris; jmf; yksikköhinta; vnt; egységár; за
        кг; за литр; кг; мл; sheet; page""",
    Role.INSTALMENT: """
        per month; a month; month; months; monthly; mo; mth; p m; instalment*; installment*; interest; apr; emi;
        deposit; finance; financing; credit; fee; fees; weekly; per week; week; monat*; mtl; rate; raten;
        ratenzahlung; finanzier*; anzahlung; par mois; mois; mensualit*; fois; frais; crédit; al mes; mes; meses;
        mensual*; cuota*; financi*; mês; mensa*; parcela*; vezes; prestaç*; sem juros; juros; al mese; mese; rata;
        finanziament*; maand*; termijn*; rat; raty; miesięcznie; mies; splátk*; měsíčně; mesačne; mjesečno; mesečno;
        obrok*; lunar; lunară; lună; részlet*; havonta; månad*; mån; måned*; mnd; mdr; kuukau*; kk; taksit*; ayda;
        ay; cicilan; bulan; trả góp; tháng; в месяц; мес; месяц*; рассрочк*; кредит*; міс; месечно; вноск*; δόσε*;
        μήνα; 分期; 月供; 月々; 개월; ผ่อน; قسط; شهري; תשלומים; לחודש""",
    Role.FROM: """
        from; starting; starting at; starts at; as low as; up to; until; ab; dès; bis; bis zu; à partir de; a partir
        de; à partir; jusqu à; desde; hasta; a partir da; até; da; a partire da; fino a; vanaf; tot; od; do; već od;
        de la; până la; från; fra; alkaen; alk; dan; itibaren; mulai; từ; от; до; від; από; min; max; range;
        最安価格; 最安値; 最低価格; 最低价; 起; から; 부터; เริ่มต้น; ابتداء; החל""",
    Role.OTHER: """
        contract; contracts; plan; vertrag; vertrags*; contrat; contrato; contratto; smlouv*; umow*; trade in;
        approximately; approx; ca; circa; environ; ungefähr; cerca de; aprox; used; refurbished; open box; pre
        owned; preowned; renewed; subscribe; subscription; bundle; total; subtotal; options; warranty; insurance;
        protection; member; members; gebraucht*; abo; sparabo; gesamt*; summe; optionen; zwischensumme;
        versicherung; garantie; schutzbrief; d occasion; occasion; reconditionn*; abonnement; ensemble; sous total;
        assurance; usado; usados; segunda mano; reacondicionado; suscr*; garantía; seguro; tarjeta; assinatura;
        garantia; usato; usati; ricondizionato; abbonamento; totale; garanzia; tweedehands; totaal; używan*; razem;
        suma; gwarancj*; celkem; spolu; záruka; ukupno; jamstvo; összesen; begagnad*; brukt; totalt; toplam;
        garanti; tổng; б у; итого; всего; гаранти*; подписк*; загалом; σύνολο; 合计; 合計; 总计; 二手; 中古; 합계;
        보증; المجموع""",
}

NEUTRAL: Final = """
    price; prices; our; your; the; now; only; just; sale; special; deal; current; today; today s; offer; online;
    web; final; club; buy; new; each; ea; it; at; for; incl; included; including; excl; exclud*; inc; ex; with; vat;
    gst; tax included; taxes; one time purchase; buying; you pay; cash; us; per piece; per item; per unit;
    vb; vhb; verhandlungsbasis; festpreis; obo; ono; or best offer; or nearest offer; negotiable; à débattre;
    négociable; negociable; trattabil*; do negocjacji; торг;
    pack; package; pair; set; box; bottle; packung; paket; paar; flasche; karton; förp; frp; förpackning; st;
    pakke; pk; pkt; pkk; pss; pár; bal; balení; csomag; opak; opakowanie; paquet; paire; boîte; bouteille;
    paquete; pacote; confezione; pezzo; al pezzo; verpakking; pak; stuk; doos; cutie; bucată; buc; упак; уп; komad;
    piece; pc; pcs; unit; stk; szt; sztuk*; kom; db; ks; шт; за шт; unité; unità; unidad; por unidad; pro stück; za
    szt; za sztukę; za kus; preis; preise; unser; jetzt; nur; heute; angebot*; aktion*; sonderpreis;
    inkl; zzgl; mwst; ust; neu; je; stück; prix; notre; maintenant; seulement; offre; promo*; solde*; ttc; tva;
    neuf; la; l; prix ttc; precio*; nuestro; ahora; hoy; solo; sólo; oferta; iva; incluido; nuevo; preço*; agora;
    por; apenas; novo; à vista; no pix; prezzo; ora; adesso; offerta; inclusa; nuovo; i v a; prijs; nu; voor; actie;
    btw; nieuw; cena; ceny; teraz; dziś; brutto; nowa; promocj*; z; s; dph; vč; akce; akcia; nyní; cijena; sada;
    akcija; pdv; preț; pret; acum; inclus; nou; ár; most; áfa; bruttó; pris; nå; ny; nya; moms; mva; hinta; nyt;
    alv; sis; fiyat*; şimdi; kdv; dahil; harga; giá; bán; цена; цены; сейчас; сегодня; ндс; новая; ціна; зараз; пдв;
    ддс; сега; τιμή; τώρα; φπα; με; 价格; 價格; 售价; 售價; 促销价; 特价; 特價; 現價; 现价; 現在; 税込; 価格;
    販売価格; 円; 元; 판매가; 가격; 원; ราคา; บาท; السعر; سعر; الآن; מחיר; עכשיו; כולל; plus shipping; plus
    delivery; plus postage; excl shipping; excluding shipping; excl delivery; free shipping; free delivery; free
    postage; zzgl versand*; zuzüglich versand*; exkl versand*; inkl versand*; inklusive versand*;
    versandkostenfrei*; portofrei; kostenloser versand; gratis versand; kostenlose lieferung; frais de port offerts;
    livraison gratuite; livraison offerte; hors livraison; hors frais de port; envío gratis; envio gratis; envío
    incluido; frete grátis; frete gratis; portes grátis; spedizione gratuita; spedizione gratis; spedizione inclusa;
    gratis verzending; excl verzendkosten; darmowa dostawa; doprava zdarma; poštovné zdarma; besplatna dostava;
    livrare gratuita; ingyenes szállítás; fri frakt; gratis frakt; fri fragt; ilmainen toimitus; ücretsiz kargo;
    kargo bedava; gratis ongkir; бесплатная доставка; безкоштовна доставка; безплатна доставка; 送料無料; 送料込;
    包邮; 免運; 免运费; 免運費; 무료배송"""

BUY: Final = """
    add to cart; add to basket; add to bag; add to trolley; add to shopping bag; add to shopping cart; buy now; buy;
    buy it now; order now; add; purchase; pre order; preorder; pre order now; add to order; in den warenkorb; in den
    einkaufswagen; in warenkorb; jetzt kaufen; kaufen; zum warenkorb hinzufügen; jetzt bestellen; bestellen; jetzt
    vorbestellen; setja í körfu; bæta í körfu; buy tickets; tickets kaufen; tickets bestellen; acheter des billets;
    comprar entradas; acquista biglietti; koop tickets; kup bilet; vorbestellen; ajouter au panier; ajouter à mon
    panier; j achète; acheter; acheter maintenant; commander; précommander; ajouter; aggiungi al carrello; acquista;
    acquista ora; compra ora; acquista subito; compra; aggiungi alla borsa; preordina; añadir al carrito; agregar al
    carrito; agregar al carro; añadir a la cesta; añadir a la bolsa; comprar; comprar ahora; añadir; agregar; reservar;
    adicionar ao carrinho; comprar agora; colocar no carrinho; adicionar; adicionar ao cesto; pôr no cesto; in
    winkelwagen; in winkelmandje; bestel nu; koop nu; voeg toe aan winkelwagen; toevoegen aan winkelwagen; in mijn
    winkelwagen; do koszyka; dodaj do koszyka; kup teraz; kup; kupuję; vložit do košíku; do košíku; koupit; přidat do
    košíku; do košíka; kúpiť; vložiť do košíka; pridať do košíka; dodaj u košaricu; dodaj u korpu; u košaricu; kupi;
    kupi odmah; v košarico; dodaj v košarico; adauga in cos; adaugă în coș; adaugă in coș; cumpără; cumpara; cumpără
    acum; kosárba; kosárba teszem; kosárba rakom; megvásárlom; lägg i varukorg; lägg i varukorgen; köp; köp nu; lägg
    till; legg i handlekurv; kjøp; kjøp nå; læg i kurv; læg i kurven; køb; køb nu; tilføj til kurv; lisää ostoskoriin;
    osta; osta nyt; sepete ekle; hemen al; satın al; в корзину; добавить в корзину; купить; купить сейчас; заказать; у
    кошик; додати в кошик; купити; добави; добави в количката; купи; в количката; αγορά; προσθήκη στο καλάθι; στο
    καλάθι; lisa korvi; osta kohe; į krepšelį; pirkti; ielikt grozā; pirkt; pievienot grozam; masukkan keranjang; beli
    sekarang; tambah ke keranjang; mua ngay; thêm vào giỏ hàng; thêm vào giỏ; 加入购物车; 加入購物車; 立即购买;
    立即購買; 馬上搶購; 直接購買; 放入購物車; カートに入れる; 今すぐ買う; 今すぐ購入; カートに追加; 買い物かごに入れる;
    かごに追加; 買い物かごに追加; 장바구니; 장바구니 담기; 구매하기; 바로구매; 바로 구매; หยิบใส่ตะกร้า; ซื้อเลย; ใส่ตะกร้า;
    أضف إلى السلة; أضف الى السلة; اشتري الآن; إضافة إلى السلة; أضف إلى العربة; הוסף לסל; הוספה לסל; קנה עכשיו; add to
    my cart; add to my bag; add to your cart; buy this item; in den korb; in den einkaufskorb; sofort kaufen;
    hinzufügen; in die einkaufstasche; mettre au panier; ajouter dans mon panier; je commande; acheter cet article;
    achat immédiat; ajouter au cabas; ajouter au chariot; añadir a cesta; agregar a la bolsa; comprar ya; añadir al
    carro; agregar al carrito de compras; lo quiero; adicionar à sacola; colocar na sacola; compre agora; compre já;
    adicionar ao carrinho de compras; eu quero; metti nel carrello; inserisci nel carrello; aggiungi alla shopping bag;
    ordina ora; aggiungi; in winkelmand; toevoegen aan winkelmand; toevoegen aan winkelmandje; bestel; in mandje; in
    mijn winkelmandje; toevoegen; kopen; zamów; dodaj do torby; do kosza; wrzuć do koszyka; objednat; přidat do
    nákupního košíku; vložit do nákupního košíku; objednať; pridať do nákupného košíka; vložiť do nákupného košíka;
    lägg i kundvagn; lägg i kundvagnen; beställ; köp här; legg i handlevogn; legg i handlekurven; bestill; kjøp her;
    læg i indkøbskurv; læg i indkøbskurven; bestil; tilføj til indkøbskurv; føj til kurv; lisää koriin; ostoskoriin;
    lisää ostoskärryyn; kosárba helyezem; megveszem; megrendelem; adaugă în coșul de cumpărături; adauga in cosul de
    cumparaturi; in coș; comanda; comandă; sepete at; hemen satın al; şimdi al; купить в клик; до кошика; додати до
    кошика; замовити; купи сега; добави в количка; поръчай; αγόρασέ το; αγορά τώρα; dodaj v voziček; naruči; u korpu;
    poruči; lisa ostukorvi; dėti į krepšelį; pridėti į krepšelį; likt grozā; カートへ; カートに追加する;
    買い物カゴへ入れる; カゴに入れる; ショッピングカートに入れる; 購入する; 購入手続きへ; 장바구니에 담기;
    장바구니담기; 구매; 주문하기; 바로 구매하기; 加入购物袋; 加入購物袋; 放入購物袋; 加到購物車; 立即訂購; 立刻購買;
    mua hàng; chọn mua; đặt mua; đặt hàng; cho vào giỏ; keranjang; beli; beli langsung; tambahkan ke keranjang;
    เพิ่มลงตะกร้า; เพิ่มลงในตะกร้า; เพิ่มลงในรถเข็น; หยิบลงตะกร้า; ซื้อทันที; ซื้อสินค้า; إضافة للسلة; أضف للسلة; اضف إلى السلة;
    اضافة للسلة; أضف إلى سلة التسوق; اشتر الآن; شراء الآن; הוספה לעגלה; הוסף לעגלה; افزودن به سبد خرید; افزودن به سبد;
    कार्ट में डालें; अभी खरीदें"""

ON_REQUEST: Final = """
    price on request; price upon request; price on application; prices on request; pricing on request; call for price;
    call for prices; call for pricing; please call for price; call us for price; call for best price; call for quote;
    contact us for price; contact us for pricing; contact for price; contact for pricing; email for price; poa;
    request a price; ask for price; ask for a price; enquire for price; inquire for price; preis auf anfrage; auf
    anfrage; preis anfragen; preis auf nachfrage; prix sur demande; sur demande; prix sur devis; sur devis; nous
    consulter; prix nous consulter; precio a consultar; a consultar; consultar precio; consulte precio; precio bajo
    consulta; solicitar precio; preço sob consulta; sob consulta; consultar preço; prezzo su richiesta; su richiesta;
    prezzo a richiesta; chiedi il prezzo; prijs op aanvraag; op aanvraag; cena na zapytanie; na zapytanie; zapytaj o
    cenę; cena na dotaz; na dotaz; cena na vyžádání; cena na vyžiadanie; cena na upit; na upit; cena na
    povpraševanje; preț la cerere; pret la cerere; la cerere; kérjen árajánlatot; ár kérésre; egyedi ár; pris på
    förfrågan; pris på forespørsel; pris på forespørgsel; pris efter aftale; hinta pyynnöstä; kysy hintaa; fiyat
    sorunuz; fiyat için arayın; fiyat alınız; цена по запросу; по запросу; уточняйте цену; ціна за запитом; цена при
    запитване; τιμή κατόπιν ζήτησης; 价格面议; 面议; 價格面議; 面議; 電洽; 価格はお問い合わせください; 要問い合わせ;
    お問い合わせください; 가격문의; 가격 문의; 전화문의; giá liên hệ; harga hubungi kami; السعر عند الطلب;
    מחיר לפי בקשה"""
"""What stands in the place of a price that a shop tells only those who ask."""
