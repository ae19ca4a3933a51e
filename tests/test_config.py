"""archiver.toml: what is right is read, what is wrong is named."""

from __future__ import annotations

from importlib.metadata import version

import pytest

import archiver
from archiver import embed
from archiver.config import PLATFORMS, Config, load
from archiver.errors import ConfigError

WHOLE = """
[network]
user_agent = "test/1"
concurrency = 4
per_host = { connections = 3, interval = 0 }
deadline = "2m"
max_body = "1.5 KiB"
attempts = 2
retry_within = "24h"
robots = "obey"
allow_private_addresses = true
connect_to = { "Example.org:443" = "127.0.0.1:8443", "*:80" = "[::1]:8080" }
proxy = "http://proxy.example:3128"

[[source]]
feed = "https://example.org/rss"
recheck = ["1d", "7d"]

[notify]
urls = ["json://localhost"]
on = ["deleted"]

[[archive]]
name = "archive.ph"
timegate = "https://archive.ph/timegate/{url}"

[[archive]]
name = "arquivo.pt"
timemap = "https://arquivo.pt/wayback/timemap/link/{url}"
raw = "id_"

[submit]
wayback = "captured"
interval = "30s"

[canary]
x = "https://x.com/jack/status/20"
"""


def written(folder, text):
    path = folder / "archiver.toml"
    path.write_text(text, encoding="utf8")
    return path


def test_no_file_means_defaults():
    assert load(None) == Config()
    assert load(None).network.max_body == 200 << 20
    assert load(None).network.per_host.interval == 1.0


def test_every_key_is_read(tmp_path):
    config = load(written(tmp_path, WHOLE))
    assert config.network.max_body == 1536
    assert config.network.deadline == 120
    assert config.network.retry_within == 86400
    assert config.network.connect_to == {"example.org:443": "127.0.0.1:8443", "*:80": "[::1]:8080"}
    assert config.source[0].recheck == (86400.0, 604800.0)
    assert config.notify.on == ("deleted",)
    assert (config.submit.wayback, config.submit.interval, config.submit.most) == ("captured", 30.0, 30)
    assert config.canary == {"x": "https://x.com/jack/status/20"}
    assert [(one.name, one.raw) for one in config.archive] == [("archive.ph", ""), ("arquivo.pt", "id_")]


def test_a_bundle_is_found_beside_the_file(tmp_path):
    (tmp_path / "ca.pem").write_text("x")
    assert load(written(tmp_path, '[network]\nca_bundle = "ca.pem"')).network.ca_bundle == str(tmp_path / "ca.pem")


def test_the_browsers_keys_are_read_and_an_order_may_say_otherwise(tmp_path):
    (tmp_path / "profile").mkdir()
    (tmp_path / "more.js").write_text("1")
    text = """[browser]
binary = "/opt/chromium"
tier = "http"
screenshots = true
language = "ar,en"
viewport = [390, 844]
deadline = "30s"
tabs = 1
memory = "1 GiB"
consent = "leave"
scripts = ["more.js"]
profile = "profile"
store_cookies = true
"""
    made = load(written(tmp_path, text)).browser
    assert (made.binary, made.tier, made.screenshots, made.language, made.viewport) == ("/opt/chromium", "http", True, "ar,en", (390, 844))
    assert (made.deadline, made.tabs, made.memory, made.consent) == (30.0, 1, 1 << 30, "leave")
    assert (made.scripts, made.profile, made.store_cookies) == ((str(tmp_path / "more.js"),), str(tmp_path / "profile"), True)
    ordered = Config(browser=made).browsing("browser", [tmp_path / "more.js"]).browser
    assert (ordered.tier, len(ordered.scripts)) == ("browser", 2)
    with pytest.raises(ConfigError, match="--tier"):
        Config().browsing("best", [])
    with pytest.raises(ConfigError, match="--user-script"):
        Config().browsing(None, [tmp_path / "absent.js"])


def test_the_digest_tells_configurations_apart(tmp_path):
    assert load(None).digest() == Config().digest()
    assert load(written(tmp_path, "[network]\nattempts = 6")).digest() != Config().digest()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour = 1", "colour"),
        ("[network]\nconect_to = {}", "network.conect_to"),
        ("[network]\nconcurrency = 0", "network.concurrency"),
        ('[network]\nretry_within = "99999999999999d"', "network.retry_within"),
        ("[network]\ndeadline = 1e300", "network.deadline"),
        ("[network]\nper_host = { interval = 1e300 }", "network.per_host.interval"),
        (f'[network]\nmax_body = "{"9" * 400} B"', "network.max_body"),
        ('[keep]\nmax_size = "99999999999 GiB"', "keep.max_size"),
        ('[[archive]]\nname = "a"', "archive[0]"),
        ('[canary]\nx = "x.com/jack/status/20"', "canary.x"),
        ("[canary]\nx = 20", "canary.x"),
        ('[canary]\ntwitter = "https://x.com/jack/status/20"', "canary.twitter"),
        ('[submit]\nwayback = "all"', "submit.wayback"),
        ('[[archive]]\nname = "a"\ntimemap = "https://a.test/timemap/"', "archive[0].timemap"),
        ('[[archive]]\nname = "a"\ntimegate = "a.test/{url}"', "archive[0].timegate"),
        ('[[archive]]\nname = "a"\ntimegate = "https://a.test/{url}"\nraw = "raw"', "archive[0].raw"),
        ('[[archive]]\nname = "a"\ntimegat = "https://a.test/{url}"', "archive[0].timegat"),
        ('[network]\nconcurrency = "16"', "network.concurrency"),
        ("[network]\nconcurrency = true", "network.concurrency"),
        ("[network]\ndeadline = 0", "network.deadline"),
        ('[network]\ndeadline = "soon"', "network.deadline"),
        ("[network]\ndeadline = inf", "network.deadline"),
        ('[network]\nmax_body = "many"', "network.max_body"),
        ("[network]\nmax_body = 1.5", "network.max_body"),
        ('[network]\nrobots = "maybe"', "network.robots"),
        ('[network]\nca_bundle = "absent.pem"', "network.ca_bundle"),
        ('[network]\nuser_agent = "a\\r\\nEvil: 1"', "network.user_agent"),
        ('[network]\nuser_agent = " "', "network.user_agent"),
        ("[network]\nallow_private_addresses = 1", "network.allow_private_addresses"),
        ("[network]\nper_host = 2", "network.per_host"),
        ("[network]\nper_host = { interval = -1 }", "network.per_host.interval"),
        ("[network]\nper_host = { pause = 1 }", "network.per_host.pause"),
        ('[network]\nconnect_to = { "example.org" = "127.0.0.1:1" }', "network.connect_to"),
        ('[network]\nconnect_to = { "example.org:80" = "127.0.0.1" }', "network.connect_to.example.org:80"),
        ('[network]\nconnect_to = { "example.org:80" = "127.0.0.1:99999" }', "network.connect_to.example.org:80"),
        ('[network]\nproxy = "socks5://x"', "network.proxy"),
        ("source = 1", "source"),
        ("[[source]]\nfeed = 1", "source[0].feed"),
        ('[[source]]\ncron = "* * * * *"', "source[0]"),
        ('[[source]]\nfeed = "a"\nlist = "b"', "source[0]"),
        ('[[source]]\nfeed = "a"\ncron = "hourly"', "source[0].cron"),
        ('[[source]]\nfeed = "a"\nrecheck = ["1y"]', "source[0].recheck[0]"),
        ("[notify]\nurls = [1]", "notify.urls"),
        ("[browser]\nbinaries = 1", "browser.binaries"),
        ('[browser]\ntier = "best"', "browser.tier"),
        ('[browser]\nconsent = "accept"', "browser.consent"),
        ("[browser]\nviewport = [1280]", "browser.viewport"),
        ("[browser]\nviewport = [1280, 0]", "browser.viewport"),
        ('[browser]\nscreenshots = "yes"', "browser.screenshots"),
        ("[browser]\ntabs = 0", "browser.tabs"),
        ('[browser]\nscripts = ["absent.js"]', "browser.scripts"),
        ('[browser]\nprofile = "absent"', "browser.profile"),
        ("[network", "TOML"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tmp_path, text, named):
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text))
    assert named in caught.value.message
    assert "archiver.toml" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"absent\.toml"):
        load(tmp_path / "absent.toml")


def test_the_version_is_the_package_s():
    assert archiver.__version__ == version("archiver")


def test_the_platforms_that_a_canary_may_name_are_those_there_are():
    assert list(PLATFORMS) == [one.name for one in embed.PLATFORMS]
