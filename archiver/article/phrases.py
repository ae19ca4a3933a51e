"""Phrases: what sites print beside links that ask the reader for something, in the languages of the sites that print it.

They decide only where structure has left little else for a link to be; `boxes` says where that is.
"""

from __future__ import annotations

import re

NETWORK_NAMES = """
    facebook twitter x instagram youtube linkedin telegram tiktok pinterest whatsapp threads bluesky mastodon flipboard snapchat
    reddit tumblr vk rss фейсбук твиттер вконтакте телеграм فيسبوك تويتر انستغرام يوتيوب تلغرام واتساب
"""
NETWORKS = frozenset(NETWORK_NAMES.split()) | {"google+", "google plus", "google buzz", "google news", "x (twitter)", "x/twitter"}
LEAVING = re.compile(
    r"unsubscribe|opt-?out\b|(?:manage|update|e-?mail)[ _-]?(?:your[ _-])?(?:e?mail[ _-])?preferences|forward (?:this|to a friend)"
    r"|view (?:it |this (?:e-?mail )?)?in (?:your |a )?browser|(?:view|read) online|(?:read|open) in app|web ?version"
    r"|view as (?:a )?web ?page|im browser (?:ansehen|anzeigen|öffnen)|en (?:el|tu|su) navegador|no (?:seu )?navegador"
    r"|dans (?:le|votre) navigateur|version en ligne|nel (?:tuo )?browser|(?:открыть|посмотреть|просмотреть) в браузере|عرض في المتصفح"
    r"|ブラウザで(?:見る|表示)|在浏览器中"
    r"|se désabonner|désinscri|darse de baja|cancelar (?:la )?suscripción|cancelar (?:a )?inscrição|descadastr|disiscriv"
    r"|annulla l.iscrizione|abmelden|abbestellen|afmelden|uitschrijven|avregistrera|avmeld|afmeld|отписаться|відписатися"
    r"|wypisz|odhlásit|leiratkoz|dezabon|listeden çık|إلغاء الاشتراك|הסרה מ|لغو عضویت|لغو اشتراک|सदस्यता समाप्त"
    r"|berhenti berlangganan|hủy đăng ký|退订|取消訂閱|取消订阅|配信停止|購読解除|수신\s?거부|구독\s?취소",
    re.IGNORECASE,
)
ALSO_WORDS = (
    r"(?:also|must|further)[ -]read|read (?:also|more|next|this)|(?:editor.{0,3} )?recommend(?:ed|ations?)|don.t miss"
    r"|related(?: (?:stor(?:y|ies)|articles?|posts?|news|links?|reading|coverage))?|more (?:from|stories|news|on this)"
    r"|see also(?=:)|siehe auch(?=:)|also on(?= \S+\.[a-z]{2,12}\b)|on \S+\.[a-z]{2,12}(?=:)"
    r"|explore further|for more (?:stories|news|articles) like this|you (?:may|might) (?:also )?(?:like|be interested)"
    r"|(?:other )?people (?:are|also) read(?:ing)?"
    r"|(?:lea|lee|mira|vea|ve) (?:también|más)|puedes ver|te puede interesar"
    r"|(?:le|también te) puede interesar|más información|(?:lest|lesen sie) (?:auch|hier|mehr|dazu)|mehr lesen|saiba mais"
    r"|confira (?:também|mais)|(?:à )?voir aussi|à découvrir|per approfondire|da leggere|leggi di più|lees (?:verder|meer)|les mer|læs mere"
    r"|lue (?:lisää|seuraavaksi)|(?:czytaj|dowiedz się) (?:więcej|dalej)|(?:přečtěte|prečítajte) si|čtěte (?:více|dále)"
    r"|citește mai mult|читайте (?:також|больше|подробнее)|дивіться також|funda olunye"
    r"|(?:noticias|notas|artículos) relacionad[ao]s|leia (?:também|mais)|veja (?:também|mais)|(?:à lire|lire) (?:aussi|également)"
    r"|sur le même (?:sujet|thème)|auch interessant"
    r"|(?:könnten?|dürften?) (?:dich|euch|sie) (?:ebenfalls|auch) interessieren|zum thema"
    r"|weiterlesen|mehr(?=:)|mehr zum thema|mehr über(?=[^\n]{1,60} hier\W*$)|leggi anche|lees ook|läs (?:också|även|mer)"
    r"|les også|læs også|lue myös|czytaj (?:też|także|również)|zobacz (?:też|także|również)|čtěte také|citește și|olvassa el"
    r"|(?:читайте|смотрите) (?:также|ещё|еще)|по теме|до теми|зверніть увагу"
    r"|читайте також|διαβάστε (?:επίσης|ακόμα|ακόμη)|(?:ayrıca|bunu da) oku\w*"
    r"|ilgili haber\w*|baca (?:juga|selengkapnya)|xem thêm|đọc thêm|(?:اقرأ|إقرأ|اقرا|شاهد|طالع) (?:أيض[اً]+|ايض[اً]+|المزيد)"
    r"|(?:مواضيع|مقالات|أخبار) (?:ذات صلة|متعلقة)|بیشتر بخوانید|بخوانید|קראו (?:גם|עוד)|(?:यह|ये) भी पढ़ें|और पढ़ें|আরও পড়ুন"
    r"|関連(?:記事|ニュース|リンク|エントリー?)|(?:あわせて|合わせて)読みたい|こちらも(?:おすすめ|読まれて)"
    r"|相关(?:阅读|新闻|文章|报道|推荐)|相關(?:閱讀|新聞|文章|報導)|延伸(?:閱讀|阅读)|推荐阅读|推薦閱讀"
    r"|更多(?:閱讀|阅读|新聞|新闻|報導|报道)|관련\s?(?:기사|뉴스)|(?:เรื่อง|ข่าว|บทความ)ที่เกี่ยวข้อง|อ่านเพิ่มเติม"
    r"|tin liên quan|bài viết liên quan|(?:artikel|berita) terkait|simak juga|baca lagi"
    r"|संबंधित (?:खबरें|ख़बरें|समाचार|लेख)|इसे भी पढ़ें|(?:यह|یہ) بھی پڑھیں|مزید پڑھیں|مطالب مرتبط"
    r"|ראו (?:גם|עוד)|עוד בנושא|כתבות (?:קשורות|נוספות)|δείτε (?:επίσης|ακόμα|ακόμη|και)|διαβάστε (?:περισσότερα|και)"
    r"|(?:прочетете|вижте) (?:още|също)|(?:материалы|новости) по теме|что (?:ещё|еще) почитать"
    r"|pročitaj(?:te)? (?:još|i)|preberi(?:te)? (?:tudi|še|več)|taip pat skaitykite|lasi(?:et)? arī"
    r"|loe (?:ka|lisaks|veel)|lexo edhe|прочитај(?:те)? (?:уште|и|још)|llegeix (?:també|més)|ler máis"
    r"|sjá (?:einnig|líka)|lesa meira|kapcsolódó"
)
ALSO = re.compile(rf"\W{{0,5}}(?:{ALSO_WORDS})(?!\w)[^\n]{{0,20}}?(?=[:：|–—-]|\s|$)", re.IGNORECASE)
HEADING = re.compile(
    rf"[^\n:]{{0,20}}?(?<!\w)(?:{ALSO_WORDS})(?!\w)[^\n]{{0,25}}$|more(?: [^\s:]+){{1,3}} (?:stories|coverage)\W*$|more\W*$"
    r"|more (?:on|about)(?: [^\s:]+){1,6}\W*$"
    r"|what to (?:watch|read|listen to) next\W*$|up next\W*$|(?:promoted|sponsored|paid|partner) content\W*$"
    r"|latest (?:posts|articles|stories)(?: (?:by|from) [^\n]{2,50})?$|(?:dossiers?|artikel) zum thema\W*$"
    r"|(?:tags|categor(?:y|ies)|kategorien?|schlagw[oö]rte?r?|stichw[oö]rte?r?|etiquetas|categor[ií]as?|mots[- ]clés|argomenti"
    r"|теги|рубрики|ключевые слова|标签|標籤|タグ|カテゴリー?|(?:関連)?キーワード|태그|الوسوم|كلمات مفتاحية|برچسب‌?ها|תגיות)\W*$"
    r"|(?:topics|tags|keywords|people|organi[sz]ations|companies|places)(?: mentioned)? in this (?:article|story)\W*$",
    re.IGNORECASE,
)
FETCHING = (
    r"download|descarg|télécharg|baix[ae]|scarica|herunterladen|скача|загруз|حمّ?ل|تحميل|डाउनलोड|indir|unduh|ダウンロード|下载|下載|다운로드"
)
APP = r"\bapps?\b|aplica[cç]|application|приложени|تطبيق|एप|ऐप|uygulama|aplikasi|アプリ|应用|應用|앱"
FOLLOW = (
    r"follow us|join (?:our|us on)|subscribe to (?:our|us)|síguenos|siga-nos|suivez[- ]nous|folge[nt]? (?:sie )?uns|seguici|volg ons"
    r"|подпи(?:шитесь|сывай)|تابعونا|تابعنا|اشترك|फॉलो|bizi takip|ikuti kami|フォロー|关注我们|關注我們"
)
FOLLOW_ON = re.compile(  # what stands before the link to the profile of who wrote it
    r"(?<!\w)(?:(?-i:Follow)\s*\Z|follow (?:me|him|her|them|us|@?\w+ on|@?\w+ \w+ on)|folg(?:t|en sie) (?:ihm|ihr|uns|mir)"
    r"|(?:find|join|like|connect with|keep up with) us on|reach (?:the )?(?:reporters?|authors?|writers?|me|us|him|her|them) (?:on|at)"
    r"|sígu(?:eme|elo|ela|enos)|siga-nos|suivez-(?:moi|le|la|nous)|seguimi|seguici)(?!\w)[^.!?\n]{0,40}\Z",
    re.IGNORECASE,
)
FOLLOW_HANDLE = re.compile(  # said of nobody: "millions follow" is none of these
    r"(?:\A|[.!?,;:(|\n–—]\s*|(?<!\w)(?:please|can|also|to|and|or)\s+)(?:follow|connect with)\s+\Z", re.IGNORECASE
)
APPENDED = re.compile(  # an agency's last line, behind which addresses are written out: `More AP tennis: https://…`
    r"\W*(?:more|follow|full coverage|read more|find more)\b[^\n.!?]{0,90}\Z", re.IGNORECASE
)
JOIN = re.compile(  # said before the link to a channel: by which one is in it
    r"(?<!\w)(?:join|únete|únase|únanse|unite|entre|inscreva-se|junte-se|rejoignez|iscriviti|unisciti|вступайте|انضم)(?!\w)[^.!?\n]{0,60}\Z",
    re.IGNORECASE,
)
MINE = re.compile(r"(?<!\w)(?:check out|visit|see) my\s*\Z", re.IGNORECASE)  # said before the pages of who writes
PAGES = re.compile(r"web ?site|web ?page|blog|site|homepage|podcast|newsletter|books?", re.IGNORECASE)
SORTED = re.compile(
    r"(?<!\w)(?:tags?|keywords?|categor(?:y|ies|ia|ias|ía|ías)|kategorien?|schlagw[oö]rte?r?|etiquetas|rubrik|topics?)\s*:", re.IGNORECASE
)
FOLLOW_US = re.compile(  # all that a link to a profile says
    r"(?:please )?(?:follow|find|join|like) us(?: (?:on|at) \w+)?|síguenos(?: en \w+)?|siga-nos(?: no \w+)?|suivez[- ]nous(?: sur \w+)?"
    r"|folgen? (?:sie )?uns(?: (?:auf|bei) \w+)?|seguici(?: su \w+)?|volg ons(?: op \w+)?|подписывайтесь|تابعونا|تابعنا",
    re.IGNORECASE,
)
LETTER = re.compile(
    r"newsletter|/e-?mails?(?![a-z])|boletín|infolettre|nieuwsbrief|nyhetsbrev|рассылк|ニュースレター|メルマガ", re.IGNORECASE
)
SIGN_UP = re.compile(  # by which a letter is had
    r"sign(?:ing)? up|subscribe|abonnie|anmeld|suscr[ií]b|inscr(?:ib|ev)|apúnt|inscri[vt]|abonnez|iscriv|aanmeld|prenumerer|подпи[сш]",
    re.IGNORECASE,
)
ENLARGED = re.compile(  # all that the link to a picture says
    r"(?:click to )?(?:enlarge|zoom)|view (?:this )?(?:image|photo)"
    r"|download|baixar|descargar|télécharger|herunterladen|scarica|скачать|下载|下載|ダウンロード"
    r"|(?:bild )?vergrößern|agrandir|ampliar|ingrandisci|vergroot|увеличить|拡大(?:する)?|放大",
    re.IGNORECASE,
)
PRIVACY = re.compile(  # all that a link says beside what waits for consent
    r"(?:cookie|privacy)[ -]?(?:policy|settings|preferences|notice)"
    r"|datenschutz(?:erklärung|bestimmungen|hinweise|einstellungen|richtlinien?)?(?: verwalten)?"
    r"|politique de confidentialité|política de (?:privacidad|cookies)|informativa sulla privacy|privacybeleid",
    re.IGNORECASE,
)
RIGHTS = re.compile(  # all that a link says: who has them, that it is paid for, that one has to be known here
    r"(?:purchase )?licensing rights\b.*"
    r"|get rights and content|purchase pdf|(?:order )?reprints?(?: (?:&|and|or) permissions)?|republish(?: this (?:article|story))?"
    r"|submit a correction|report an? (?:error|typo)|sponsored|advertisement|ad ?choices|reklame|anzeige|publicidad|publicité|pubblicità"
    r"|реклама|إعلان|広告|广告|廣告|(?:sign|log) in(?: or (?:create|register).*)?|create an account|subscribe to our\b.*"
    r"|continue with (?:google|facebook|apple|orcid|email)|access through your institution|(?:新規|会員|無料会員)登録(?:する)?|ログイン"
    r"|登录|登錄|注册|로그인|회원가입|iniciar sesión|entrar|войти|регистрация|تسجيل الدخول|giriş yap",
    re.IGNORECASE,
)
NOTICE = re.compile(  # all that a block says: by what rules it is written, what its form is protected by
    r"\W*(?:our (?:editorial )?standards\b"
    r"|(?:this (?:site|form|page)|diese (?:seite|website)|este sitio|ce site)\b[^\n.]{0,30}(?:re|h)captcha)",
    re.IGNORECASE,
)
BROWSER = "(?:browser|navega(?:dor|teur)|браузер|متصفح|ブラウザ|浏览器|瀏覽器)"
OLD = (
    r"(?:old|outdated|unsupported|no longer|not support|veraltet|nicht (?:mehr )?unterstützt|obsol[eè]t|antig[ou]|ancienne|устарел"
    r"|upgrade|update|aktualisier|قديم|古い|过时|過時)"
)
OUTDATED = re.compile(rf"{OLD}[^\n]{{0,200}}{BROWSER}|{BROWSER}[^\n]{{0,200}}{OLD}", re.IGNORECASE)  # said to the reader
GIVING_WORDS = re.compile(
    r"\b(?:donate|donation|flattr|spende[nt]?|buy me a coffee|ko-?fi|patreon|liberapay|doar|doação|donar|donación|faire un don"
    r"|dona(?:zione)?|пожертв\w*|تبرع)\b",
    re.IGNORECASE,
)
ON_NETWORK = re.compile(r"\s+on\s+(?:Twitter|X|Facebook|Instagram|LinkedIn|YouTube|TikTok|Telegram|Threads|Bluesky)(?!\w)", re.IGNORECASE)
MAKER = re.compile(r"\W{0,3}(?:(?:proudly )?(?:powered|delivered) by|(?:sent|made|built) (?:with|using))(?!\w)", re.IGNORECASE)
PROMOTION = re.compile(rf"(?:{FETCHING})[^\n]{{0,60}}?(?:{APP})|(?:{APP})[^\n]{{0,60}}?(?:{FETCHING})|{FOLLOW}", re.IGNORECASE)
ONWARDS = re.compile(  # all that a block says: that there is more
    r"(?:show|see|view|read|load|learn|find out)? ?(?:all|more|overview|next|previous)|weiterlesen|full[- ]size (?:image|table)"
    r"|(?:show|see|view|read|load) (?:all|more) (?:photos|pictures|images|episodes|articles|posts|news|stories|comments)"
    r"|(?:alle|alles|mehr) (?:anzeigen|erfahren|lesen|dazu)|(?:voir|lire) (?:plus|tout|la suite)|en savoir plus"
    r"|(?:ver|leer|saber|lea|ler|saiba) (?:más|mais|todos|todas|todo|tudo)|leggi (?:tutto|di più)|continua a leggere"
    r"|подробнее|(?:читать|смотреть) (?:далее|все|дальше)|читати далі|المزيد|عرض الكل|اقرأ المزيد|ادامه مطلب|और देखें"
    r"|devamı|tümünü gör|selengkapnya|xem tất cả|.{0,30}(?:더\s?보기|もっと見る|一覧(?:へ|を見る)?|查看更多)"
    r"|(?:next|previous) (?:[\w-]+ ){0,2}(?:articles?|posts?|story|stories|news|page|entry)|next|previous|older|newer"
    r"|most (?:popular|read|viewed)"
    r"|weiter|zurück|suivant|précédent|siguiente|anterior|próximo|successivo|precedente",
    re.IGNORECASE,
)
OF_SECTION = re.compile(
    r"(?:more(?: from| in)?|next|prev(?:ious)?|back to|mehr|weitere|alle|zurück zu|más de|mais de|plus de|altro da) .{2,25}", re.IGNORECASE
)
BY = re.compile(r"(?<!\w)(?:by|von|par|por|di|da|door|av|af|od|автор)\s*\W?\s*\Z", re.IGNORECASE)
