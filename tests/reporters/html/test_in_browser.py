"""The page as Chromium shows it: it asks for nothing, says nothing on the console, and can be used with the keyboard alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import NEEDS_CHROMIUM, chromium
from kerlint.cli import main
from kerlint.finding import Verdict, VerdictKind
from kerlint.reporters.html import About, as_html
from reporters.html.conftest import FIXTURES
from reporters.html.test_page import made_up

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM, pytest.mark.filterwarnings("ignore::ResourceWarning")]

TABBABLE = """
    return [...document.querySelectorAll('a[href],button,input,select,summary')]
        .filter((one) => one.checkVisibility({contentVisibilityAuto: false})).length"""
FOCUSED = """
    const all = [...document.querySelectorAll('a[href],button,input,select,summary')];
    const style = getComputedStyle(document.activeElement);
    return [all.indexOf(document.activeElement), style.outlineStyle !== 'none' ? parseFloat(style.outlineWidth) : 0]"""
SHOWN = "return [...document.querySelectorAll('article')].filter((one) => one.checkVisibility()).map((one) => one.dataset.rule)"
CONTRASTS = """
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const parts = channels(colour).slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const ratio = (one, other) => {
        const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
    };
    const filled = (colour) => (channels(colour)[3] ?? 1) > 0.99 && colour !== 'rgba(0, 0, 0, 0)';
    const behind = (one) => {
        for (; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor;
            if (filled(colour)) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const found = [];
    for (const one of document.querySelectorAll('body *:not(script):not(svg *)')) {
        if ([...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
            found.push([ratio(getComputedStyle(one).color, behind(one)), one.outerHTML.slice(0, 120)]);
    }
    for (const one of document.querySelectorAll('svg text')) {
        const grounds = [behind(one.closest('figure'))];
        for (const shape of one.parentNode.querySelectorAll('rect,circle')) {
            const box = shape.getBBox(), own = one.getBBox();
            const x = own.x + own.width / 2, y = own.y + own.height / 2;
            if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height)
                grounds.unshift(getComputedStyle(shape).fill);
        }
        found.push([ratio(getComputedStyle(one).fill, grounds[0]), one.outerHTML]);
    }
    return found.filter(([value]) => value < 4.5)"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a few fixtures, one finding with a verdict among them."""
    folder = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr("kerlint.checking.write", written.append)
        words = ["--isolated", "--no-cache", "--quiet", "--output-format", "html", "--select", "ALL"]
        main([*words, *(str(FIXTURES / name) for name in ("tour", "KER102", "KER306"))])
    (folder / "report.html").write_text(written[0], encoding="ascii")
    evidence = {
        "calls": 2, "written": 2, "train_eval": 1.5, "train_eval_apart": 0.3, "shared_apart": 1.5, "changed": {"a": ["1", "2"]},
        "statistics": {"moving_mean": {"shared": -0.6, "alone": [0.7, -1.9]}}, "error": "ValueError: no", "keras": "3.15",
    }  # fmt: skip
    verdicts = [Verdict(kind, f"it is `{kind.value}`", evidence, {"made": "Net()"}) for kind in VerdictKind]
    made = [made_up(verdict=verdict) for verdict in verdicts]
    (folder / "verdicts.html").write_text(as_html(made, About("now", ["."], 1, 1), {}), encoding="ascii")
    return folder / "report.html"


def loaded(browser: Any, page: Path, width: int = 1280, scheme: str = "light") -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = {"media": "", "features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.get("about:blank")
    browser.get(page.as_uri())


def press(browser: Any, *keys: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def test_no_request_leaves_and_the_console_is_silent(browser: Any, page: Path) -> None:
    browser.get_log("performance")
    browser.get_log("browser")
    loaded(browser, page)
    for summary in browser.find_elements("css selector", "summary"):
        summary.click()
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {sent["params"]["request"]["url"] for sent in messages if sent["method"] == "Network.requestWillBeSent"}
    assert {address for address in asked if not address.startswith(("data:", "about:"))} == {page.as_uri()}
    assert browser.get_log("browser") == []


def test_tabbing_reaches_every_control_in_their_order_and_shows_where_it_is(browser: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    loaded(browser, page)
    count = browser.execute_script(TABBABLE)
    assert count > 40
    reached = []
    for _ in range(count):
        press(browser, Keys.TAB)
        place, outline = browser.execute_script(FOCUSED)
        assert outline >= 2, browser.switch_to.active_element.get_attribute("outerHTML")
        reached.append(place)
    assert reached == sorted(set(reached))
    assert len(reached) == count


def test_the_first_tab_is_a_way_past_the_filters(browser: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    loaded(browser, page)
    press(browser, Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the findings"
    press(browser, Keys.ENTER)
    press(browser, Keys.TAB)
    assert browser.execute_script("return !!document.activeElement.closest('article')")


def test_filters_leave_what_they_say_and_tell_how_much(browser: Any, page: Path) -> None:
    from selenium.webdriver.support.select import Select

    loaded(browser, page)
    every = browser.execute_script(SHOWN)
    told = browser.find_element("css selector", "output")
    assert told.text == f"{len(every)} findings"
    Select(browser.find_element("name", "rule")).select_by_value("KER102")
    assert set(browser.execute_script(SHOWN)) == {"KER102"}
    assert told.text == f"{every.count('KER102')} of {len(every)} findings"
    Select(browser.find_element("name", "severity")).select_by_value("info")
    assert browser.execute_script(SHOWN) == []
    assert not browser.find_elements("css selector", "section.file:not([hidden])")
    browser.find_element("css selector", "button[type=reset]").click()
    browser.execute_async_script("setTimeout(arguments[0], 50)")
    assert browser.execute_script(SHOWN) == every
    browser.find_element("name", "text").send_keys("Test_Model")
    assert browser.execute_script(SHOWN) == ["KER301"]


def test_verdicts_can_be_chosen(browser: Any, page: Path) -> None:
    from selenium.webdriver.support.select import Select

    loaded(browser, page.with_name("verdicts.html"))
    Select(browser.find_element("name", "verdict")).select_by_value("refuted")
    assert len(browser.execute_script(SHOWN)) == 1


def test_a_link_to_a_rule_opens_its_explanation(browser: Any, page: Path) -> None:
    loaded(browser, page)
    from selenium.webdriver.support.ui import WebDriverWait

    browser.find_element("css selector", "article a[href='#rule-KER102']").click()
    is_open = "return document.getElementById('rule-KER102').open"
    assert WebDriverWait(browser, 10).until(lambda _: browser.execute_script(is_open)), "hashchange comes after the click"


def test_paper_has_the_explanations_and_no_form(browser: Any, page: Path) -> None:
    loaded(browser, page)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not browser.find_element("id", "filters").is_displayed()
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert not browser.find_elements("css selector", "details:not([open])")
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert not browser.find_elements("css selector", "details[open]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_wider_than_the_page_and_all_text_stands_out(browser: Any, page: Path, width: int, scheme: str) -> None:
    for path in (page, page.with_name("verdicts.html")):
        loaded(browser, path, width, scheme)
        browser.execute_script("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        browser.execute_script("document.querySelectorAll('article').forEach((one) => (one.style.contentVisibility = 'visible'))")
        wide, given = browser.execute_script("const root = document.documentElement; return [root.scrollWidth, root.clientWidth]")
        assert wide == given <= width
        assert browser.execute_script(CONTRASTS) == []
