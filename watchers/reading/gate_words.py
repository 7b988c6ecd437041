"""The words of what stands in the place of a page: a sign-in, a consent page, a bot check, a waiting room, an outage.

As shops and papers write them in many languages: beginnings of titles and headings, or pieces of sentences.
"""

from __future__ import annotations

import re
from typing import Final

LOGIN: Final = re.compile(
    r"\b(?:log ?in|log on|sign ?in|anmeld\w*|einloggen|se connecter|connexion|identifiez-vous|iniciar sesión|accedi"
    r"|entrar|inloggen|zaloguj|logga in|logg inn|log ind|kirjaudu|войти|вход|ログイン|登录|登入|로그인)",
    re.IGNORECASE,
)
LOGIN_PATH: Final = re.compile(r"/(?:log-?in|sign-?in|auth|sso|session|account/login|users/sign_in|anmelden)\b", re.I)
CONSENT: Final = re.compile(
    r"\b(?:cookies?\b|consent|we value your privacy|your privacy|privatsphäre|datenschutz|vie privée|privacidad"
    r"|tu privacidad|la tua privacy|je privacy|prywatnoś|before you continue|bevor (?:sie|du) |avant d.accéder"
    r"|zustimmung|einwilligung|stimmen sie (?:\w+ ){0,3}zu\b|mit werbung (?:weiter|fort)\w*|consentement|consentimiento"
    r"|consentimento|il (?:tuo|vostro) consenso|toestemming|samtyck\w*|samtykk\w*)",
    re.IGNORECASE,
)
ACCEPTING: Final = re.compile(
    r"^(?:i )?(?:accept|agree|allow|consent)\b|^(?:alle[sn]? )?(?:akzeptier|zustimm|annehmen)|^einverstanden"
    r"|akzeptieren$|zustimmen$|^(?:tout )?accepter|^j.accepte|^acept|^accett|^alles? accepteren|^akkoord|^zgadzam"
    r"|^akceptu|^godta|^godkänn|^acceptera|^hyväksy|^souhlas|^принять",
    re.IGNORECASE,
)
HUMAN: Final = re.compile(
    r"captcha|\brobots?\b|\bhuman\b|unusual traffic|automated (?:access|requests?|queries)"
    r"|security (?:check|verification)"
    r"|enable (?:javascript|js) and (?:disable|cookies)|javascript and cookies|kein roboter|ungewöhnliche"
    r"|pas un robot|no soy un robot|non sono un robot|không phải là robot|не робот|ロボット|机器人|로봇",
    re.IGNORECASE,
)
CAPTCHA: Final = (
    '.g-recaptcha, .h-captcha, .cf-turnstile, .frc-captcha, [id*="captcha" i], [name*="captcha" i], '
    'img[src*="captcha" i], iframe[src*="captcha" i], form[action*="captcha" i], [data-sitekey]'
)
SCRIPTS: Final = re.compile(
    r"\b(?:enabl|activat|turn on|allow|aktivier|activer|activez|habilit|attiva|abilita|inschakel|włącz|включит)\w*"
    r"\W+(?:\w+\W+){0,3}javascript"
    r"|javascript\W+(?:\w+\W+){0,4}(?:disabled|required|enabled|needed|aktivier\w*|deaktiviert|erforderlich|désactivé"
    r"|activé|desactivado|disattivato|uitgeschakeld|ingeschakeld|wyłączon\w+)"
    r"|\b(?:requires?|needs?|benötigt|erfordert|nécessite|requiere|richiede|vereist|wymaga) (?:\w+ )?javascript",
    re.IGNORECASE,
)
"""How a page says that its scripts have to run."""
QUEUE: Final = re.compile(
    r"\b(?:waiting (?:room|line)|you.?(?: a)?re (?:now )?in (?:the |a )?(?:virtual )?(?:line|queue)|virtual queue"
    r"|queue position|warteraum|warteschlange|file d.attente|salle d.attente|sala de espera|cola virtual|fila virtual"
    r"|sala d.attesa|wachtrij|wachtruimte|poczekalni|kolejce)\b",
    re.IGNORECASE,
)
TURN: Final = re.compile(
    r"\bestimated wait|your turn|refresh|keep this (?:page|tab|window)|be (?:redirected|let in|admitted)|wartezeit"
    r"|aktualisier|an der reihe|votre tour|actualis|tu turno|su turno|sua vez|tuo turno|aggiorna|vernieuw|odśwież",
    re.IGNORECASE,
)
"""What a waiting room says to whoever waits there."""
_ALONE: Final = r"(?=\W*$|\s*[|–—:.!,-]|\W+(?:mode|page|in progress|underway|break)\b)"
"""What follows where a head is about nothing else: "Maintenance | Shop", and no "Maintenance of the lift"."""
AGE: Final = re.compile(
    r"^(?:are you (?:over|at least|of legal|of (?:drinking )?age|1[6-9]|2[01])|(?:please )?(?:verify|confirm) your age"
    rf"|age (?:check|verification|gate|confirmation){_ALONE}|how old are you|you must be (?:at least )?(?:1[6-9]|2[01])"
    rf"|alters(?:prüfung|verifikation|abfrage|kontrolle|nachweis){_ALONE}"
    r"|(?:sind sie|bist du) (?:schon |über |mindestens )*(?:1[6-9]|volljährig)"
    r"|vérification de (?:l.|votre )?âge|avez-vous (?:plus de )?1[6-9]|¿?eres mayor de edad|verificación de edad"
    r"|hai (?:più di )?1[6-9]|verifica (?:dell.)?età|leeftijds?(?:controle|verificatie)|ben je (?:ouder|18))",
    re.IGNORECASE,
)
OUTAGE: Final = re.compile(
    r"^(?:(?:error )?50[0-4]\b|bad gateway|"
    rf"(?:service|site|page|temporarily) (?:is )?(?:temporarily )?unavailable{_ALONE}"
    rf"|(?:scheduled |planned |under |(?:web)?site |system |(?:down|closed) for )?maintenance{_ALONE}"
    rf"|(?:[\w.']+ ){{1,4}}(?:under|down for|undergoing) (?:\w+ )?maintenance{_ALONE}|(?:geplante )?wartung\w*{_ALONE}"
    r"|be right back|we.?ll be back|gateway time-?out"
    r"|internal (?:server )?error|something went wrong|oops|temporary (?:error|issue)|too many requests"
    r"|(?:(?:fatal|application|database|server|unexpected) )?error$|error establishing a database"
    r"|there (?:has been|was) an? (?:\w+ ){0,2}error|(?:this )?account (?:has been )?suspended"
    r"|es ist ein (?:\w+ ){0,2}fehler aufgetreten|technische (?:störung|probleme|schwierigkeiten)"
    r"|une erreur (?:\w+ )?(?:est survenue|s.est produite)|(?:ha ocurrido|se ha producido|se produjo) un error"
    r"|si è verificato un errore|ocorreu um erro|er is (?:een fout|iets) (?:opgetreden|misgegaan)|wystąpił błąd"
    r"|произошла ошибка|an (?:unexpected |internal )?error (?:has )?occurred"
    r"|(?:site |page )?en maintenance|en mantenimiento"
    r"|(?:sito )?in manutenzione|em manutenção|(?:fehler|erreur|errore)$)",
    re.IGNORECASE,
)
FORBIDDEN: Final = re.compile(
    rf"^\W*(?:(?:http|error)\W+)*403(?:\W*$|\W+(?:error|forbidden|access))|^(?:forbidden|access (?:is )?denied){_ALONE}"
    r"|^(?:sorry, )?you (?:have been|are|were) blocked"
    r"|^your (?:ip|access|request|connection)(?: address)? (?:has been|is|was) (?:temporarily )?(?:blocked|denied)"
    r"|^zugriff verweigert|^accès refusé|^acceso denegado|^accesso negato|^acesso negado|^toegang geweigerd"
    r"|^odmowa dostępu|^доступ (?:запрещ|ограничен)",
    re.IGNORECASE,
)
MISSING: Final = re.compile(
    r"^\W*(?:(?:http|error|fehler|erreur|errore)\W+)?404(?:\W*$|\W+(?:error|fehler|erreur|errore|not found|page|file"
    r"|seite|página|pagina|nothing|oops|sorry))|^not found\W*$"
    r"|^\W*(?:(?:sorry|oops|error|the|this|that|requested|web)\W+)*page\W+(?:(?:could|can|was|is|does)\W+)?"
    r"(?:not|cannot|can.?t|doesn.?t|couldn.?t)\W+(?:be\W+)?(?:found|exist)"
    r"|^(?:die )?seite (?:wurde |konnte )?nicht gefunden|^(?:cette )?page (?:introuvable|non trouvée)"
    r"|^página (?:no|não) encontrada|^pagina (?:non trovata|niet gevonden)|^страница не найдена"
    r"|^(?:sorry\W+)?we can.?(?:t|not) (?:seem to )?find (?:that|the|this) page"
    r"|^\W*(?:ups\W+)?no (?:hemos )?encontra(?:mos|do) (?:esa|la|esta) página"
    r"|^nie znaleziono (?:\w+ )?strony|^strona nie (?:została znaleziona|istnieje)|^sayfa bulunamadı"
    r"|^sid(?:an|en) (?:hittades inte|kunde inte hittas|finns inte|ble ikke funnet|blev ikke fundet|findes ikke)"
    r"|^sivua ei löyt|^stránka (?:nenalezena|nebyla nalezena|neexistuje)|^pagina nu (?:a fost găsită|există)"
    r"|^(?:お探しの|該当の)?ページ[はが]見つかりません|^(?:页面不存在|找不到页面)|^페이지를 찾을 수 없",
    re.IGNORECASE,
)
"""How the title or a heading begins where a page stands for one that is not there, whatever the status says."""
