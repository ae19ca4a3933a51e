"""Foreign: frames that stand on a page and are no part of what the article shows: by structure, and by what their hosts are for.

By structure: at most 2 pixels wide or high, hidden from everybody, a slot that an ad server fills.
By host and path: advertising, counting, consent and login dialogs, tests for robots, payment and chat; the boxes of newsletters;
comments; the follow, like and subscribe buttons and the timelines of platforms. A host stands here when showing content in frames is not
what it does; of others the path does. On any host `ads.`, `/smartads`, `/newsletter/` in an address say what they are. None of it is looked
for in the page's words, and an unknown host is content: a chart must not be lost to a guess.
"""

from __future__ import annotations

import re

from archiver.article.document import Element
from archiver.url import on_host, parts

HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0\s*(?:;|$))", re.IGNORECASE)
THIN = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*[012](?:px)?\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE)
WIDENED = re.compile(r"(?:^|;)\s*min-(?:width|height)\s*:\s*[1-9]", re.IGNORECASE)
AD_SLOT = re.compile(r"google_ads_iframe|aswift_|google_esf|ad[-_]?frame|adslot|div-gpt-ad", re.IGNORECASE)
HOSTS = (
    # advertising and counting
    "doubleclick.net", "googlesyndication.com", "googleadservices.com", "googletagmanager.com", "google-analytics.com", "2mdn.net",
    "adnxs.com", "amazon-adsystem.com", "taboola.com", "outbrain.com", "criteo.com", "criteo.net", "rubiconproject.com", "openx.net",
    "pubmatic.com", "casalemedia.com", "adform.net", "teads.tv", "smartadserver.com", "adsrvr.org", "yieldmo.com", "sharethrough.com",
    "revcontent.com", "mgid.com", "zergnet.com", "media.net", "moatads.com", "scorecardresearch.com", "quantserve.com", "chartbeat.com",
    "hotjar.com", "bluekai.com", "krxd.net", "demdex.net", "3lift.com", "gumgum.com", "lijit.com", "sovrn.com", "indexww.com",
    "contextweb.com", "ads-twitter.com", "adsafeprotected.com", "serving-sys.com", "flashtalking.com", "tradedoubler.com", "adroll.com",
    "yandexadexchange.net", "dianomi.com", "realclick.co.kr", "yieldmanager.com", "imasdk.googleapis.com", "ligatus.com", "plista.com",
    # consent, login, tests, payment, chat
    "privacy-mgmt.com", "sp-prod.net", "consensu.org", "cookielaw.org", "onetrust.com", "cookiebot.com", "trustarc.com",
    "quantcast.com", "hcaptcha.com", "challenges.cloudflare.com", "recaptcha.net", "js.stripe.com", "accounts.google.com", "piano.io",
    "tinypass.com", "intercom.io", "crisp.chat", "tawk.to", "livechatinc.com", "zdassets.com", "addthis.com", "addtoany.com",
    "sharethis.com", "addthisedge.com",
    # comments
    "disqus.com", "spot.im", "openweb.com", "hyvor.com", "commento.io", "utteranc.es", "giscus.app", "livefyre.com", "viafoura.co",
    "coral.coralproject.net", "intensedebate.com", "fastcomments.com",
    # newsletters
    "list-manage.com", "sibforms.com", "embeds.beehiiv.com", "klaviyo.com", "hsforms.com", "hsforms.net", "forms.hubspot.com",
    "mailerlite.com", "convertkit.com", "ck.page", "mailchimp.com", "campaignmonitor.com", "createsend.com", "getdrip.com",
    "activehosted.com", "sendgrid.com",
)  # fmt: skip
PATHS = (
    (
        ("facebook.com",),
        (
            r"(?:/v[0-9.]+)?/plugins/(?:like|like_box|likebox|share_button|follow|page|group|comments|feedback|save|send|customerchat|activity"
            r"|recommendations|facepile|registration|login_button)\b|/tr\b|/x/oauth"
        ),
    ),
    (("twitter.com", "x.com"), r"/widgets/|/srv/timeline-|/i/(?:videos/)?jot"),
    (("google.com", "recaptcha.net"), r"/recaptcha/|/ads/|/afs/|/pagead/|/aclk"),
    (("apis.google.com",), r"/"),
    (("linkedin.com",), r"/pages-extensions/|/countserv/|/cws/"),
    (("youtube.com",), r"/subscribe_(?:embed|widget)"),
    (("spotify.com",), r"/follow/"),
    (("substack.com",), r"/embed/?(?:\?|$)|/subscribe"),
    (("buttondown.email", "buttondown.com"), r".*(?:embed-subscribe|as_embed)"),
    (("getrevue.co",), r"/profile/"),
    (("tumblr.com",), r"/(?:widgets|dashboard|assets/html)/"),
    (("instagram.com",), r"/embed/?\?$"),
    (("paypal.com",), r"/(?:sdk|smart|webapps)/"),
    (("ko-fi.com",), r".*hidefeed"),
    (("vk.com", "vk.ru"), r"/widget_(?:like|community|comments|allow_messages|recommended|auth)"),
    (("pinterest.com",), r"/ct\b|/(?:v3|ct)\.html"),
)  # fmt: skip
# on any host: what ad servers, forms for newsletters and donations, and lists of the site's other articles are called
ADVERTISING = re.compile(r"(?:ads?|adserv(?:er|ice)?|adx|adv|adverts?|banners?|revive|openx|ssp|dsp)[0-9]{0,3}\.", re.IGNORECASE)
CALLED = re.compile(
    r"(?:.{0,300}?[/_-])?(?:ads?|smartads|adserver|adframe|advert(?:isement|ising)?|hserver|teaser"
    r"|(?:recent|related|popular|latest)[-_](?:articles|posts|news|stories))(?=[-_./?]|$)"
    r"|.{0,200}/(?:newsletters?|subscribe|sign-?up|donate|affiliates?)(?:\.php|\.html?)?(?:[/?]|$)",
    re.IGNORECASE,
)
COMPILED = tuple((hosts, re.compile(path, re.IGNORECASE)) for hosts, path in PATHS)


def is_foreign(url: str) -> bool:
    """Tell whether a frame at a resolved URL is no content of an article, by what the host or path is for."""
    named = parts(url)
    host = named.host.rstrip(".")
    whole = f"{named.path}?{named.query}"[:2_000]
    if ADVERTISING.match(host.removeprefix("www.")) or CALLED.match(named.path[:500]):
        return True
    return on_host(host, *HOSTS) or any(on_host(host, *hosts) and path.match(whole) for hosts, path in COMPILED)


def is_unseen(element: Element) -> bool:
    """Tell whether nobody can see an element, or an ad server fills it."""
    attributes = element.attributes
    style = attributes.get("style", "")
    sizes = [attributes.get(side, "").strip().removesuffix("px") for side in ("width", "height")]
    thin = any(size in ("0", "1", "2") for size in sizes) or (THIN.search(style) and not WIDENED.search(style))
    slot = AD_SLOT.match(attributes.get("id", "")) or AD_SLOT.match(attributes.get("name", ""))
    hidden = "hidden" in attributes or HIDDEN.search(style) or attributes.get("aria-hidden", "").lower() == "true"
    return bool(thin or slot or hidden)
