"""Renders a report, or a board, in headless Chromium, light and dark, on a desktop and on a phone, and fails if it does not show.

usage: look.py REPORT.html|SITE FOLDER AXE.js: the screenshots go into FOLDER. SITE is a folder of pages, each of which is looked
at. AXE.js is axe-core, which must find nothing on any page. Speaks WebDriver to Chromium's own chromedriver.
"""

import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

SIZES = {"desktop": (1280, 900, False), "phone": (390, 844, True)}

# What must hold of every page, with what it means if it does not.
EVERY_PAGE = {
    "something does not unfold": "[...document.querySelectorAll('details')].every((e) => (e.open = true))",
    "the title is empty": "document.title.length > 0",
    "the style does not apply": "getComputedStyle(document.querySelector('.skip')).position === 'absolute'",
    "it is wider than the screen": "document.documentElement.scrollWidth <= innerWidth",
    "something stands beyond the right edge":
        "[...document.querySelectorAll('main *, header *')].filter((e) => !e.closest('.wide-table'))"
        ".every((e) => e.getBoundingClientRect().right <= innerWidth + 1)",
    "a column is squeezed": "[...document.querySelectorAll('table.board th, table.board td')].every((e) => e.offsetWidth > 40)",
    "a link leads nowhere": """[...document.querySelectorAll('a[href^="#"]')].every((a) =>
        document.getElementById(decodeURIComponent(a.getAttribute('href').slice(1))))""",
    "a figure has no name": "[...document.querySelectorAll('meter')].every((e) => e.getAttribute('aria-label'))",
    "an id is there twice": """(() => {
        const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
        return new Set(ids).size === ids.length;
    })()""",
}

# What must hold of a report.
REPORT = {
    "there is no verdict": "document.querySelector('.verdict strong').textContent.length > 0",
    "the first thing to mend is not on the first screen":
        "document.querySelector('.themes li').getBoundingClientRect().top < (innerWidth < 500 ? 2 : 1) * innerHeight",
    "the script does not run: the filter is hidden": "!document.getElementById('filter').hidden",
    "the life cycles are not drawn": "document.querySelectorAll('figure svg path.arrow').length >= 4",
    "no operation is listed": "document.querySelectorAll('#operations tbody tr').length >= 9",
    "nothing unfolds": "[...document.querySelectorAll('details')].map((e) => e.open = true).length > 9",
    "the filter does not filter": """(() => {
        const field = document.querySelector('#filter [type=search]');
        const set = (text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); };
        const shown = () => [...document.querySelectorAll('.rules li')].filter((e) => !e.hidden).length;
        const all = shown();
        set('nosuchrule'); const none = shown();
        set('tagresource'); const some = shown();
        set('');
        return none === 0 && some > 0 && some < all && shown() === all;
    })()""",
}

# What must hold of the board, and of the page of a run.
BOARD = {
    "no product is listed": "document.querySelectorAll('table.board tbody tr').length >= 1",
    "a product has no figures": "document.querySelectorAll('table.board meter').length >= 2",
    "nobody says how to check it": "document.body.textContent.includes('signer-conformance verify')",
    "a page is missing": "[...document.querySelectorAll('table.board a')].every((a) => a.getAttribute('href').endsWith('.html'))",
}
RUN = {
    "there is no verdict": "document.querySelector('.verdict strong').textContent.length > 0",
    "there is no history": "document.querySelectorAll('#history tbody tr').length >= 1",
    "no operation is listed": "document.querySelectorAll('#operations tbody tr').length >= 9",
    "nothing says what to mend": "document.querySelector('#themes h2') !== null",
    "nobody says how to check it": "document.body.textContent.includes('signer-conformance verify')",
    "nothing leads back": "document.querySelector('a[href=\"index.html\"]') !== null",
}


class Driver:
    """One browser session."""

    def __init__(self, base, profile):
        self.base = base
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}"]
        options = {"goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"}}
        self.session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": options}})["sessionId"]

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method, headers={"Content-Type": "application/json"},
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=120) as response:
            return json.load(response)["value"]

    def do(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    def cdp(self, command, **parameters):
        return self.do("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def run(self, script):
        return self.do("POST", "/execute/sync", {"script": f"return {script}", "args": []})

    def violations(self, axe):
        """What axe finds on the page: each rule with the first element that breaks it."""
        self.do("POST", "/execute/sync", {"script": axe, "args": []})
        script = """const done = arguments[0];
            axe.run(document, { resultTypes: ["violations"] })
                .then((found) => done(found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`)))
                .catch((error) => done([`axe: ${error}`]));"""
        return self.do("POST", "/execute/async", {"script": script, "args": []})


def look(driver, axe, url, facts, folder, name):
    wrong = []
    for size, (width, height, mobile) in SIZES.items():
        for scheme in ("light", "dark"):
            driver.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
            driver.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            driver.do("POST", "/url", {"url": url})
            shot = driver.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
            (folder / f"{name}{size}-{scheme}.png").write_bytes(base64.b64decode(shot))
            seen = f"{name}{size}, {scheme}"
            for words, script in {**facts, **EVERY_PAGE}.items():
                if driver.run(script) is not True:
                    wrong.append(f"{seen}: {words}")
            light = driver.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every((c) => c > 128)")
            if light is not (scheme == "light"):
                wrong.append(f"{seen}: the colours are not {scheme}")
            wrong += [f"{seen}: {found}" for found in driver.violations(axe)]
            wrong += [f"{seen}: console: {entry['message']}" for entry in driver.do("POST", "/se/log", {"type": "browser"})]
    return wrong


def main():
    subject, folder, axe = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    axe = axe.read_text()
    pages = [(subject, REPORT, "")]
    if subject.is_dir():
        pages = [(page, BOARD if page.name == "index.html" else RUN, f"{page.stem}-") for page in sorted(subject.glob("*.html"))]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        server = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        try:
            port = next(match[1] for line in server.stdout if (match := re.search(r"started successfully on port (\d+)", line)))
            driver = Driver(f"http://127.0.0.1:{port}", profile)
            try:
                wrong = [words for page, facts, name in pages for words in look(driver, axe, page.as_uri(), facts, folder, name)]
            finally:
                driver.do("DELETE", "")
        finally:
            server.terminate()
            server.wait()
    for words in wrong:
        print(f"browser: {words}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


main()
