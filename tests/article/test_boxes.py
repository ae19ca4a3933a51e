"""Links in plain paragraphs that ask the reader for something, and those beside them that are sources."""

from __future__ import annotations

import pytest

from archiver.article.document import Document

PROSE = "The works will last a year, the council said on Thursday, and ferries are to run every ten minutes for as long as that. "
HEAD = '<link rel=canonical href="https://paper.example/bridge"><title>Bridge closes</title>'
SELF = "<p>Cite this: <a href='https://www.paper.example/bridge/#top'>https://paper.example/bridge</a></p>"


def cited(markup: str, head: str = HEAD, around: str = "") -> list[bool]:
    """Return of each link behind the prose of an article whether it stands in the body."""
    told = f"<article><h1>Bridge closes</h1>{f'<p>{PROSE}</p>' * 12}<div id=end>{markup}</div></article>"
    document = Document(f"<html><head>{head}</head><body>{around}{told}</body></html>")
    return [document.in_body(link) for link in document.select("#end a")]


@pytest.mark.parametrize(
    "markup",
    [
        SELF,
        "<p>Cite this: <a href='//paper.example/bridge'>the bridge</a></p>",
        "<p><a href='https://rights.example/buy?x=1'>Purchase Licensing Rights, opens new tab</a></p>",
        "<p><a href='https://help.example/ads'>Sponsored</a> <a href='https://beap.gemini.yahoo.com/mbclk?x=1'>Shoes for less</a></p>",
        "<p>読むには登録が必要です。</p><p><a href='/members/entry'>新規登録</a></p>",
        (
            "<p>___</p><p>More AP tennis: <a href='https://apnews.com/tennis'>https://apnews.com/tennis</a> and "
            "<a href='https://twitter.com/AP_Sports'>https://twitter.com/AP_Sports</a></p>"
        ),
        "<p>Reach the reporters on Twitter at <a href='http://twitter.com/ann_ames'>http://twitter.com/ann_ames</a></p>",
        (
            "<p>Your browser is out of date, please update your browser:</p><ul><li><a href='https://www.mozilla.org/de/firefox/new/'>Firefox"
            "</a></li><li><a href='https://www.google.com/intl/de/chrome/'>Chrome</a></li></ul>"
        ),
        "<p><a href='https://chain.example/address/0x95'><img src=button.png alt='Ether spenden'></a></p>",
        "<p>On paper.example: <a href='/2019/ferries-run-late'>Ferries run late again</a></p>",
        "<p><a href='/index.html'>Home</a></p>",
        "<div><b>1</b> <a href='?p=2'>2</a> <a href='?p=3'>3</a> <a href='?p=4'>4</a></div>",
        "<p>Our Standards: <a href='https://owner.example/trust'>The Trust Principles.</a></p>",
        "<p>This site is protected by reCAPTCHA and the Google <a href='https://policies.google.com/privacy'>Privacy Policy</a> applies.</p>",
        f"<p>{PROSE} Ann Ames/Wire <a href='https://wire.example/buy'>Purchase Licensing Rights, opens new tab</a></p>",
        "<p>We may earn a share. <a href='/about/affiliate-link-policy/'>Learn more</a></p>",
        (
            "<h3>More great Paper stories</h3><ul><li>A safer way to <a href='/a'>cross the bay by night</a>; plus, check out the latest on "
            "<a href='/b'>the old ferries</a></li></ul>"
        ),
        (
            "<p>Senator <span class=rollover-people><span class=rollover-people-block><a href='/blogs/pipeline-laws'>drops pipeline laws</a>"
            "</span></span> said that it was late, and that nobody had been told of it before Thursday.</p>"
        ),
        "<p><a href='https://x.com/search?q=www.paper.example%2Fbridge'>list</a></p>",
        "<p><a href='https://pictures.example/bridge_large.jpg'>Vergrößern</a> The bridge in the fog of Thursday morning.</p>",
        "<p><a href='/bridge/the-pillars/'><img src=pillars-300x200.jpg></a></p>",
        "<p>The news of the bay every week. <a href='https://www.linkedin.com/company/paper/'>Follow us</a> to stay up to date.</p>",
        "<p>Do you know our channel at Telegram? Join it from your phone <a href='https://t.me/paperbridge'>here</a>.</p>",
        "<p>Get the week in five minutes with our newsletter. Sign up <a href='/week'>here</a>.</p>",
        "<p><a href='https://mailchi.mp/paper/week-signup'>GET THE BEST OF THE PAPER EVERY WEEK</a></p>",
        "<p>Show the post Show all <a href='https://network.example/legal/terms'>Datenschutz</a></p>",
        f"<p>{PROSE}Support us and become a <a href='https://steadyhq.com/de/paper'>member</a> of the Paper. {PROSE}</p>",
        "<p><a href='https://www.patreon.com/paper?x=1'><img src=patreon.png></a></p>",
        "<p><a href='/photo/627/the-bridge'><img src=small.jpg></a> <a href='/article_photo/list?id=3'><img src=3.jpg></a></p>",
        "<h3><a href='/mostread'>Most Popular</a></h3>",
        f"<p>{PROSE}- Category: <a href='/news.php?cat=19'>Health</a> - Tags: <a href='/news.php?tag=bay'>bay</a></p>",
        "<p><a href='/gallery/bridge'>View all (23)</a></p>",
        "<table><tr><td><a href='/aboutus.php'>About us</a><td><a href='/terms-conditions'>Terms</a></table>" + f"<p>{PROSE}</p>",
        "<p>Keyword: <a href='/search.php?search=bridge'>bridge</a></p>",
        "<p>Reply to this message directly, or <a href='https://mail.example/unsubscribe-auth/AAEEHP'>unsubscribe</a> from all that follow.</p>",
        "<p><a href='https://itunes.apple.com/app/apple-store/id4'><img></a><a href='https://play.google.com/store/apps/details?id=e'><img></a></p>",
        "<p><a href='/bridge/figures/3'>Full size image</a></p>",
        "<p><a href='https://1.pics.example/AVvXsE/s1600/bridge_1953.jpg'><img src='https://1.pics.example/AVvXsE/s400/bridge_1953.jpg'></a></p>",
        "<p><a href='https://cdn.example/f_auto/bridge_at_dawn.jpg'><img src='https://cdn.example/w_600/f_auto/bridge_at_dawn.jpg'></a></p>",
        "<p><a href='http://inread-experience.teads.tv'>inRead invented by Teads</a></p>",
        "<p><a href='/news/ferry'>- Next Bay News</a></p><p>The ferry turns round in the bay, and nobody knows what for this time.</p>",
        "<p>She has crossed it often. Check out my <a href='https://ann.example/'>website</a>.</p>",
        "<p>Follow us on <a href='http://www.facebook.com/pages/Paper/17610706465'>Facebook</a>.</p>",
        "<p><a href='/uploads/bridge.jpg'>Download</a> the picture that you see above this line.</p>",
        "<p>Sign up: <a href='/email'>Stay on top of the latest news of the bay! Sign up here.</a></p>",
        "<p><a href='/werbung/'><img src=banner.png></a></p>",
        "<p>関連キーワード</p><ul><li><a href='/news/bridges/'>橋</a></li></ul>",
        "<p>Write to us. <a href='/contact/letters/'>Submit a letter</a></p>",
        "<div><a href='https://x.com/intent/tweet?text=1'>Tweet</a> <a href='https://wa.me/?text=1'>Chat</a> <a href='/call'>Call</a></div>",
        "<div><a class='btn' href='/configure'>Configure</a> <a role=button href='/insure'>Compare insurances</a></div>",
        "<h4>What to watch next</h4><ul><li><a href='/film'>The bridge from above, filmed at dawn</a></li></ul>",
        "<h4>Latest posts by Ann Ames (see all)</h4><ul><li><a href='/film'>The bridge from above</a> - May 2, 2020</li></ul>",
        "<li><a href='/ferry'><img src=ferry.jpg></a><a href='/ferry'><h4>Ferry turns round</h4></a><div>4 May</div></li>",
    ],
)
def test_what_asks_the_reader_for_something_is_no_source(markup: str):
    assert set(cited(markup)) == {False}


@pytest.mark.parametrize(
    "markup",
    [
        "<p>The story first appeared in <a href='https://other.example/bridge'>The Other</a>.</p>",
        (
            f"<p>{PROSE}Her <a href='https://www.facebook.com/ann.ames'>Facebook</a> is currently deactivated, and you will need a boarding "
            f"pass to her <a href='http://instagram.com/annames'>Instagram</a>, as it is set to private. {PROSE}</p><p>{PROSE}</p>"
        ),
        f"<p>{PROSE}</p><ul><li><a href='https://www.mozilla.org/firefox/'>Firefox</a></li></ul>",
        f"<p>The years: <a href='/floods/1953'>1953</a>, <a href='/fires/1967'>1967</a></p><p>{PROSE}</p>",
        "<p>More on this in <a href='https://court.example/ruling.pdf'>the ruling</a></p>",
        f"<p>{PROSE}The <a href='https://paper.example/bridge'>report on the bridge</a> is updated as news comes in. {PROSE}</p>",
        "<p><a href='https://court.example/plan'><img src=plan.png alt='The plan of the bridge'></a></p>",
        "<p><a href='https://court.example/plan'>Vergrößern</a> the plan of the court.</p>",
        "<p><a href='/other/the-pillars'><img src=pillars.jpg></a></p>",
        f"<p>{PROSE}At Steady <a href='https://steadyhq.com/de/bayblog'>the Bayblog</a> has members. {PROSE}</p>",
        "<p><a href='https://court.example/photo/627/the-bridge'><img src=small.jpg></a></p>",
        "<p><a href='https://play.google.com/store/apps/details?id=e'>The ferry's programme for telephones</a></p>",
        f"<p>{PROSE}Use the <a href='https://optout.example/'>opt-out tool of the advertisers</a> as well. {PROSE}</p>",
        "<p><a href='https://council.example/about-us/'>The council</a> has nothing to say.</p>",
        f"<p>{PROSE}The council says it in its <a href='/terms'>terms</a> for all of them. {PROSE}</p>",
        "<p><a href='https://maps.example/a/map.jpg'><img src='https://maps.example/b/map.jpg'></a></p>",
        f"<p>{PROSE}Sign up <a href='https://course.example/'>here</a> for the course. {PROSE}</p>",
        f"<p>Subscribe to our newsletter</p><p><a href='/bay'>The bay</a> has been crossed for ever. {PROSE}</p>",
        f"<p>{PROSE}The network changed its <a href='https://network.example/legal/terms'>privacy policy</a> for it. {PROSE}</p>",
        "<div><a class=btn href='https://court.example/plan'>The plan</a> <a class=btn href='https://court.example/law'>The law</a></div>",
        "<p>The press</p><ul><li>4 May: <a href='/files/wire.pdf'>The Wire</a></li><li>5 May: <a href='/files/bay.pdf'>The Bay</a></li></ul>",
    ],
)
def test_what_stands_beside_them_is(markup: str):
    assert set(cited(markup)) == {True}


def test_a_paper_is_the_same_in_another_country():
    rows = "<ul>" + "<li><a href='https://www.paper.co.uk/1'>The old bridge closes for a whole year</a></li>" * 3 + "</ul>"
    assert set(cited(rows, head='<link rel=canonical href="https://paper.com/bridge">')) == {False}
    assert set(cited(rows, head='<link rel=canonical href="https://other.com/bridge">')) == {True}


def test_the_address_of_the_page_is_a_source_where_it_is_another_papers():
    menu = "<nav>" + "".join(f"<a href='https://copy.example/{n}'>Section {n}</a>" for n in range(40)) + "</nav>"
    assert cited(SELF, around=menu) == [True]
