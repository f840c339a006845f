"""Renders a report in headless Chromium, light and dark, on a desktop and on a phone, and fails if it does not show.

usage: look.py REPORT.html FOLDER: the screenshots go into FOLDER. Speaks WebDriver to Chromium's own chromedriver.
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

# What must hold of the page, with what it means if it does not.
FACTS = {
    "the title is empty": "document.title.length > 0",
    "there is no verdict": "document.querySelector('.verdict strong').textContent.length > 0",
    "the style does not apply": "getComputedStyle(document.querySelector('.skip')).position === 'absolute'",
    "the script does not run: the filter is hidden": "!document.getElementById('filter').hidden",
    "the life cycles are not drawn": "document.querySelectorAll('figure svg path.arrow').length >= 4",
    "no operation is listed": "document.querySelectorAll('#operations tbody tr').length >= 9",
    "nothing unfolds": "[...document.querySelectorAll('details')].map((e) => e.open = true).length > 9",
    "it is wider than the screen": "document.documentElement.scrollWidth <= innerWidth",
    "something stands beyond the right edge":
        "[...document.querySelectorAll('main *, header *')].every((e) => e.getBoundingClientRect().right <= innerWidth + 1)",
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


def look(driver, url, folder):
    wrong = []
    for size, (width, height, mobile) in SIZES.items():
        for scheme in ("light", "dark"):
            driver.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
            driver.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            driver.do("POST", "/url", {"url": url})
            shot = driver.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
            (folder / f"{size}-{scheme}.png").write_bytes(base64.b64decode(shot))
            seen = f"{size}, {scheme}"
            for words, script in FACTS.items():
                if driver.run(script) is not True:
                    wrong.append(f"{seen}: {words}")
            light = driver.run("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).every((c) => c > 128)")
            if light is not (scheme == "light"):
                wrong.append(f"{seen}: the colours are not {scheme}")
            wrong += [f"{seen}: console: {entry['message']}" for entry in driver.do("POST", "/se/log", {"type": "browser"})]
    return wrong


def main():
    report, folder = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        server = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        try:
            port = next(match[1] for line in server.stdout if (match := re.search(r"started successfully on port (\d+)", line)))
            driver = Driver(f"http://127.0.0.1:{port}", profile)
            try:
                wrong = look(driver, report.as_uri(), folder)
            finally:
                driver.do("DELETE", "")
        finally:
            server.terminate()
            server.wait()
    for words in wrong:
        print(f"browser: {words}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


main()
