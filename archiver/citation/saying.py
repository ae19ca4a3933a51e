"""Saying: the words by which a sentence tells that somebody posted something, as pieces of patterns.

    SAYING      wrote, a écrit, schrieb …          WHERE   on her Facebook page, sur son compte X, in a tweet, in einem Post auf X …
    TWEETING    tweeted, tuiteó …: verbs that name the network themselves

A space in a piece is any blank but a line end (`pattern`). Verbs are those of reporting: who "slammed" something quoted nothing.
"""

from __future__ import annotations

import re

NETWORKS = {
    "x": "X Twitter Twitterze Twitteru Twitterissa Твиттере Твиттер Твіттері",
    "facebook": "Facebook Facebooku Фейсбуке Фейсбуку",
    "instagram": "Instagram Instagramie Instagramu Инстаграме Инстаграм",
    "telegram": "Telegram Telegramie Телеграме Телеграм",
    "bluesky": "Bluesky BlueSky",
    "tiktok": "TikTok",
    "threads": "Threads",
    "mastodon": "Mastodon",
    "linkedin": "LinkedIn",
    "vk": "ВКонтакте VKontakte",
}
PLATFORMS = {name: platform for platform, names in NETWORKS.items() for name in names.split()} | {"Truth Social": "truthsocial"}
NAMES = "(?:" + "|".join(sorted(PLATFORMS, key=len, reverse=True)) + ")"
NAMED = re.compile(rf"(?<!\w){NAMES}(?!\w)")
TWEETS = re.compile(r"\b(?:re)?(?:twe+t|twit|tuit|tuít|tuite|твит|твіт|trino)", re.IGNORECASE)


def any_of(lines: str) -> str:
    """Return the piece that is any of some words, which stand on lines and parted by `|`."""
    return "(?:" + "|".join(line.strip() for line in lines.split("\n") if line.strip()) + ")"


SAYING = any_of("""
    said|says|put it|wrote|writes|posted|posts|added|announced|replied|responded|reacted|explained|declared|warned|commented|insisted|noted
    claimed|argued|stated|confirmed|joked|quipped|vowed|asked|continued|concluded|shared|recalled|urged|complained|boasted|lamented|admitted
    (?:a|ont|avait) (?:écrit|posté|publié|déclaré|réagi|annoncé|affirmé|expliqué|ajouté|indiqué|commenté|dénoncé|lancé|assuré|estimé)
    (?:a|ont|avait) (?:répondu|précisé|ironisé|rappelé|rapporté|martelé|souligné)
    a-t-(?:il|elle|on) (?:écrit|posté|publié|déclaré|affirmé|ajouté|lancé|commenté|assuré)
    (?:écrit|écrivait|affirme|ajoute|explique|lance|estime|déclare)-(?:t-)?(?:il|elle|on)
    écrit|écrivait|déclare|affirme|explique|réagit|annonce|commente|dénonce|lance|assure|estime|indique|ajoute|précise
    (?:ha|han) (?:escrito|publicado|dicho|asegurado|señalado|afirmado|anunciado|declarado)
    escribió|escribe|publicó|dijo|aseguró|señaló|afirmó|expresó|manifestó|anunció|declaró|indicó|comentó|respondió|reaccionó|replicó|sostuvo|agregó|añadió
    posteó|compartió|apuntó|expresaron|escribieron
    escreveu|escreve|publicou|disse|afirmou|postou|declarou|anunciou|comentou|respondeu|reagiu|rebateu|acrescentou|diz
    (?:ha|hanno) (?:scritto|dichiarato|commentato|detto|aggiunto|annunciato|spiegato|postato|pubblicato)
    (?:ha|hanno) (?:reagito|replicato)|scrive|dichiara|commenta|afferma
    schrieb|schrieben|schreibt|erklärte|sagte|postete|reagierte|kommentierte|betonte|verkündete|verkündet|notierte|ließ|teilte|gab
    (?:hat|hatte) (?:geschrieben|erklärt|gepostet)
    schreef|schrijft|zei|meldde|reageerde|skrev|skriver|skriv|sa|sade|säger
    napisała?|pisze|stwierdziła?|przekazała?|oświadczyła?|poinformowała?|skomentowała?|napsala?|uvedla?|píše
    написала?|пишет|сообщила?|заявила?|отметила?|подчеркнула?|прокомментировала?|добавила?
    написав|заявив|повідомив|повідомила|зазначив|зазначила|a scris|a declarat|scrie|tulis|menulis|ujar|kata
""")
TWEETING = any_of("""
    (?:re)?tweeted|twitted|tweets|(?:a|ont) (?:re)?(?:tweeté|twitté)|tuiteó|tuitea|(?:ha|han) tuiteado
    (?:hat )?(?:getwittert|getweetet)|twitterte|twittert|tweetete|(?:ha|hanno) (?:twittato|ritwittato)|twitta|tuitou|tweetou
    twitterde|twitrade|twittrade|zatweetował|твитнула?
""")
WRITING = "(?:writing|saying|adding|posting|declaring|announcing|écrivant|escribiendo|scrivendo|escrevendo)"
TAKING = "(?:took|takes|turned|turns|has taken|have taken) to"
PREPOSITION = any_of("""
    on|via|through|over|to|in|sur|en|auf|bei|über|su|sul|sulla|no|na|nel|nella|op|på|w|v|в|у|через|em|pelo|pela|di|pe|melalui|lewat
    a través de
""")
BETWEEN = any_of("""
    his|her|their|its|the|an?|own|su|sus|son|sa|leur|sua|seu|suo|seinem|ihrem|dem|der|das|la|el|il|lo|le|du|de|do|da|del|della|of|zijn
    haar|sin|sitt|своём|своем|своей|своєму|swoim|swoich|social|media|official|verified|personal|private|online|oficial|officiel|officielle
    ufficiale|offiziellen|personnel|personale|account|cuenta|perfil|página|compte|page|profile|profil|conta|profilo|canal|canale|channel
    Konto|Account|Profil|Seite|Kanal|red|redes|réseau|réseaux|rete|rede|sociales?|sociaux|platform|platforms|Plattform|plateforme
    plataforma|piattaforma|Kurznachrichtendienst|Kurzbotschaftendienst|Onlinedienst|Netzwerk|Online-Netzwerk|Online-Plattform|Onlineplattform
    microblogging|microblog|site|service|website|messaging|app|on|en|no|na|sur|su|auf|di
    странице|канале|аккаунте|социальной|сети|соцсети|profilu|koncie|kontu|akun
""")
FORMER = "(?:formerly|previously|früher|vormals|ehemals|anciennement|ex|antes|già|voorheen|бывший)"
NETWORK = (
    rf"{NAMES}\b(?:(?: |-)(?:account|page|profile|channel|feed|app|Account|Konto|Kanal|Seite|Profil|канале|каналі|kanale?))?"
    rf"(?:,? [(]?{FORMER}(?: |-)(?:\w{{2,8}} (?:as )?)?Twitter[)]?|/X|/Twitter| ?[(](?:X|Twitter)[)])?"
)
IN_A = any_of("""
    in (?:an?|another|one|his|her|their|its|the|two|several)|via an?|with an?|dans (?:une?|son|sa|le|la)|en (?:una?|su|otro)|mediante una?
    a través de una?|in (?:einem|einer|seinem|ihrem)|mit einem|per|in (?:une?|uno|una|suo)|con una?|em (?:uma?|seu|sua)|num|numa
    in een|op een|i en|i ett|w|we|в|у|într-o|într-un
""")
POST = any_of("""
    posts?|messages?|statement|threads?|video|update|comment|clip|note|reel|stor(?:y|ies)|publication|communiqué|vidéo
    mensaje|publicación|vídeo|hilo|comunicado|Beitrag|Post|Video|Nachricht|Statement|messaggio|mensagem|publicação|postagem|bericht
    inlägg|wpisie|poście|посте|сообщении|публикации|записи|дописі
""")
TWEET = "(?:tweets?|tweetstorm|tuits?|trino|Tweet|tuíte|tuite|tweecie|твите|твіті)"
POSTED = any_of("""
    posted|published|shared|made|uploaded|written|publiée?|postée?|diffusée?|publicad[oa]|compartid[oa]|difundid[oa]|pubblicato|condiviso
    postato|veröffentlichten?|divulgad[oa]|compartilhad[oa]|опубликованном
""")
ON = rf"(?i:{PREPOSITION})(?: {BETWEEN}){{0,6}} {NETWORK}"
IN_POST = rf"(?i:{IN_A}) (?:[\w\-]{{1,14}} ){{0,2}}?(?:{TWEET}\b|{NETWORK}(?: |-){POST}\b|{POST}(?: {POSTED})? {ON})"
WHERE = rf"(?:{ON}|{IN_POST})"
WORD = r"(?:[^\W\d_]\w{0,3}\.|[^\W\d_](?:[\w’'\-]|\.(?=\w)){0,30})"  # only a title or an initial has a full stop


def pattern(written: str) -> re.Pattern[str]:
    """Compile a pattern in which a space is any blank but a line end."""
    return re.compile(written.replace(" ", r"[^\S\n]"))


def platform_of(words: str) -> str | None:
    """Return the platform that a sentence names, by a network or by a kind of post that only one has; None where it names none."""
    named = NAMED.search(words)
    return PLATFORMS[named[0]] if named else "x" if TWEETS.search(words) else None
