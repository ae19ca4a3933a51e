"""Site addresses: what leads to no source but to a site itself: its profiles, its accounts, its shelves, its tills.

They are shapes of addresses, of many sites each: what a host or a path says of itself in the languages of those who write it. Hosts by name
are those of services that many sites use.
"""

from __future__ import annotations

import re

PROFILE = re.compile(
    r"(?:https?:)?//(?:[a-z]+\.)?(facebook|twitter|x|instagram|pinterest|youtube|linkedin|telegram|t|tiktok|flipboard|plus\.google)"
    r"\.(?:com|me)/(?:(?:company|in|channel|user|c|pg|pages/[^/]+)/)?"
    r"(?!(?:watch|playlist|results|embed|live|photo|photos|story|permalink|video|videos|search|hashtag|home|groups|events|help|privacy|tos)\b)[^/]+/?$",
    re.IGNORECASE,
)
ACCOUNT = re.compile(
    r"/(?:log-?in|registrieren|registrierung|anmelden|sign-?in|sign-?up|log-?out|register|registration|registro|registrarse|subscriptions?|subscribe|suscr[a-z]+|abonnement"
    r"|abonnieren|assine|assinatura|perfil|my-?account|account|mi-?cuenta|newsletters?|abo|feed|rss|trackback|premium-subscription"
    r"|donat(?:e|ions?)|spenden?|jetzt-spenden|(?:[a-z]+[-_])?unterst(?:ue|ü|u)tzen(?:-sie-uns)?|donar|doar|faire-un-don|sostienici"
    r"|(?:[a-z0-9]+-)?newsletter-(?:an?meld[a-z]+|abo[a-z]*|[uü]e?bersicht|sign-?up|subscribe|preference[a-z-]*|registration)(?:,\w+)?"
    r"|(?:[a-z]+-)?affiliate-(?:link-)?(?:policy|disclosure)|corrections?(?:-(?:and-)?clarifications)?|reprints?(?:-and-permissions)?"
    r"|(?:editorial|journalistic|our)-(?:standards|policy|guidelines)(?:-and-practices)?|ethics(?:-(?:policy|guidelines|code))?"
    r"|werbung|mediadaten|advertis(?:e|ing)(?:-with-us)?|publicidad|(?:partner|affiliate)-?links?(?:-faq)?|letters(?:-to-the-editor)?|leserbriefe?|reader-mail|error-report"
    r"|apoi[oe]|apóya(?:nos)?|apoya(?:nos)?|nous-soutenir|wesprzyj(?:-nas)?|support-us|steun-ons|st(?:oe|ø)tt-oss|doneer"
    r"|privacy(?:-?(?:policy|notice|statement))?|datenschutz(?:erkl[a-z]+|hinweise?|richtlinien?)?|cookies?(?:-policy)?|impressum)"
    r"(?:\.[a-z]{2,5})?(?:/art\d+(?:,\d+)*)?/?(?:[?#]|$)"
    r"|/(?:[a-z]+_)?print(?:able|er|ing)?(?:[-_]?(?:version|view|page))?/|[?&]print(?:able|er)?="  # the same, to be printed
    r"|[?&]action=(?:edit|login|register)(?:&|$)"  # and what a wiki is written with
    r"|/(?:abo-?(?:service|shop)|abonnement|subscribe|suscripci[oó]n(?:es)?)/[^/?#]*/?(?:[?#]|$)",
    re.IGNORECASE,
)
SHELVES = re.compile(  # where a site keeps what it sorts by subject and by writer, and what it says of itself
    r"/(?:tags?|tagged|news-?(?:topics?|categor(?:y|ies))|editors?|organi[sz]ations?|categor(?:y|ies|ia|ias|ie)|topics?|thema|themen|temas?|keywords?|schlagw[a-z]+|etiquetas?|section|authors?|autor(?:en|es|-in)?|staff"
    r"|people|kategorien?|rubri(?:ken|k|que)|genre|tagg|emne|stichwort|redaktion|redacteurs?|korrespondenten|reporter(?:-bio)?|journalist(?:en|er|es|s)?|writers?|contributors?"
    r"|av|by|(?:[a-z]{2,10}/)?(?:datenschutz[a-z]*|privacy[a-z-]*|cookies?(?:-[a-z]+)?|confidentialite|privacidad|impressum|imprint))/?(?:[^/?#]+/?)?(?:[?#]|$)"
    r"|/(?:tags?|authors?|autor(?:en|es)?)/[^/?#]+(?:/[^/?#]+){1,2}/?(?:[?#]|$)|/search(?:\.php)?/?\?"
    r"|(?:^|[a-z0-9])/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])/?(?:[?#]|$)|(?:^|//[^/?#]+)/(?:19|20)\d\d/?(?:[?#]|$)"  # and by time
    r"|[?&](?:tags?|cat|category|categoria|author|autor)=|/(?:author|autor(?:in)?)-[^/?#]+/?(?:[?#]|$)"
    r"|/(?:contact|about|partner-with|work-with)-?us/?(?:[?#]|$)|/(?:contact|kontakt|contacto|contato|about|aboutus|careers|terms|terms-(?:and-)?conditions|terms-of-(?:use|service)"
    r"|site-?map)(?:\.[a-z]{3,4})?/?(?:[?#]|$)",
    re.IGNORECASE,
)
FOLLOWED = re.compile(
    r"(?:https?:)?//(?:news\.google\.com/(?:publications|s)/|(?:www\.)?google\.com/preferences/source|(?:www\.)?whatsapp\.com/channel/|videojs\.com/html5-video-support"
    r"|(?:www\.)?google\.com/get/videoqualityreport|[a-z0-9-]+\.onelink\.me/|app\.adjust\.com/|[a-z0-9-]+\.app\.link/|modules\.wearehearken\.com/|chat\.whatsapp\.com/|eepurl\.com/|[a-z0-9.-]*list-manage\d*\.com/subscribe|mailchi\.mp/[^?#]*sign-?up|[^?#]*\?(?:[^#]*&)?sub_confirmation=)",
    re.IGNORECASE,
)
GIVING = re.compile(
    r"(?:https?:)?//(?:www\.)?(?:paypal\.com/(?:[a-z]{2}/)?(?:donate|cgi-bin/webscr)|(?:buy|donate)\.stripe\.com/)", re.IGNORECASE
)
TILL = re.compile(  # where somebody is supported, and who
    r"(?:https?:)?//(?:www\.)?(?:steadyhq|patreon|ko-fi|liberapay|opencollective|buymeacoffee|tipeee)\.com/(?:[a-z]{2}/)?(?:c/)?([^/?#]+)/?(?:[?#]|$)",
    re.IGNORECASE,
)
STORE = re.compile(
    r"(?:https?:)?//(?:(?:apps|itunes)\.apple\.com/(?:[a-z]{2}/)?app/|play\.google\.com/store/apps/)", re.IGNORECASE
)  # of programs
ADVERTISING = re.compile(  # what an advertisement is labelled with, and who counts the readers that it has won
    r"(?:https?:)?//(?:[a-z0-9.-]+\.(?:doubleclick\.net|teads\.tv|outbrain\.com|taboola\.com|criteo\.com|adform\.net)(?:/|$)|(?:www\.)?googleadservices\.com/"
    r"|[a-z.]*gemini\.yahoo\.com/mbclk|(?:www\.)?google\.com/(?:adsense/support|url/ads)|adssettings\.google\.com|[a-z]+\.aboutads\.info|(?:www\.)?youradchoices\.com)",
    re.IGNORECASE,
)
DESKS = re.compile(
    r"(?:https?:)?//(?:subscri(?:be|ptions?)|subs|e-?paper|log-?in|sign-?in|sign-?up|idp|sso|auth|accounts?|newsletters?|abos?|abo-[a-z]+|abonnements?|assine|suscripcion(?:es)?)\.",
    re.IGNORECASE,
)
BROWSERS = re.compile(  # where one is had
    r"(?:https?:)?//(?:www\.)?(?:google\.[a-z.]+/(?:intl/[^/]+/)?chrome\b|support\.google\.com/chrome/|mozilla\.(?:org|com)/(?:[a-z-]+/)?firefox\b"
    r"|getfirefox\.com|apple\.com/(?:[a-z-]+/)?safari\b|support\.apple\.com/downloads/safari|microsoft\.com/(?:[a-z-]+/)?edge\b|opera\.com/?(?:[?#]|$)"
    r"|windows\.microsoft\.com/(?:[^?#]*/)?internet-explorer|browsehappy\.com|outdatedbrowser\.com|whatbrowser\.org|browser-update\.org|updatemybrowser\.org)",
    re.IGNORECASE,
)
MAIL = re.compile(r"(?:mailto|tel):", re.IGNORECASE)
HOME = re.compile(r"(?:(?:https?:)?//[^/?#]+)?/?(?:index\.(?:html?|php))?(?:#.*)?")  # the first page
ENTRANCE = re.compile(r"(?:https?:)?//([^/?#]+)/?(?:\?[^#]*)?", re.IGNORECASE)  # a first page, with what counts the readers who come
PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)
PICTURES = re.compile(  # a page of pictures, or of one
    r"[/_-](?:photos?|pictures?|fotos?|photo-?gallery|fotogal[a-z]+|pluralphoto|images?|bild(?:er)?|galler(?:y|ies)|galerien?|attachment)(?:[/?#_-]|$)",
    re.IGNORECASE,
)
SIZED = re.compile(r"(?:[-_](?:\d{2,4}x\d{2,4}|scaled|thumb(?:nail)?|small|[sml])){0,3}\.[a-z]{3,4}\Z", re.IGNORECASE)
SCHEME_OR_QUERY = re.compile(r"\Ahttps?:|[?#].*", re.DOTALL)
