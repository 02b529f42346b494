"""browser.py PAGE [FOLDER]: opens a page in headless Chromium as phone and desktop, light and dark, and checks that it is whole:
nothing on the console, nothing loaded from elsewhere, pictures that show, no sideways scrolling, sliders that move when they are
dragged, text that stayed text; then that nothing is missing without scripts. With FOLDER it leaves screenshots there. Exit 0
passed, 1 failed, 77 no Chromium.

Spoken to by the DevTools protocol over a pipe: messages are JSON, each ended by a zero byte."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SCREENS = [("phone", 390, 844, "light"), ("phone", 390, 844, "dark"), ("desktop", 1280, 900, "light"), ("desktop", 1280, 900, "dark")]


class Browser:
    def __init__(self, program, profile):
        down, self.out = os.pipe()
        self.into, up = os.pipe()
        shell = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'
        self.process = subprocess.Popen(
            ["sh", "-c", shell, "sh", str(down), str(up), program, "--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe",
             "--user-data-dir=" + profile, "about:blank"],
            pass_fds=(down, up), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(down)
        os.close(up)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None

    def receive(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.into, 1 << 16)
            if not piece:
                raise RuntimeError("the browser ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(method + ": " + answer["error"]["message"])
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive())

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(expression + ": " + json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")


def what_was_said(events):
    """Console errors and warnings, exceptions, and requests that are not the page and its own data."""
    for event in events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            yield "exception: " + json.dumps(params["exceptionDetails"])
        elif method == "Runtime.consoleAPICalled":
            yield "console: " + json.dumps(params["args"])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            yield "log: " + params["entry"]["text"]
        elif method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            if not url.startswith(("data:", "file:")):
                yield "loads " + url


FACTS = """(() => ({
    title: document.title, scripts: document.scripts.length, wide: document.documentElement.scrollWidth, sliders:
    document.querySelectorAll(".slider").length, cards: document.querySelectorAll(".card").length,
    blind: [...document.images].filter(i => !i.complete || !i.naturalWidth || !i.alt).length, images: document.images.length,
    strangers: document.querySelectorAll("b b, i i, iframe, object, embed, link, [onerror], [onload]").length,
    targets: [...document.querySelectorAll("a")].filter(a => !document.querySelector(a.getAttribute("href"))).length,
    crowded: [...document.querySelectorAll(".wide img")].filter(i => i.width < 550).length,
    scheme: getComputedStyle(document.body).backgroundColor }))()"""


def open_page(browser, page, screen):
    name, width, height, scheme = screen
    browser.events = []
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=name == "phone")
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.call("Page.navigate", url=pathlib.Path(page).resolve().as_uri())
    browser.wait("Page.loadEventFired")


def shoot(browser, folder, name):
    if folder:
        shot = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        pathlib.Path(folder, name + ".png").write_bytes(base64.b64decode(shot["data"]))


def drag(browser):
    """Moves the first slider by the mouse; the line must follow to where the button is released."""
    box = browser.evaluate("""(() => { const s = document.querySelector(".slider"); s.scrollIntoView({block: "center"});
        const b = s.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()""")
    y, found = box[1] + box[3] / 2, []
    for share in (0.5, 0.8, 0.2):
        x = box[0] + box[2] * share
        kind = "mousePressed" if share == 0.5 else "mouseMoved"
        browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)
        found.append(browser.evaluate("""(() => { const s = document.querySelector(".slider");
            return [parseFloat(getComputedStyle(s).getPropertyValue("--cut")), getComputedStyle(s.querySelector(".after")).clipPath]; })()"""))
    browser.call("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, button="left", buttons=0, clickCount=1)
    return found


WITHOUT_SCRIPTS = """(() => {
    const seen = e => { const b = e.getBoundingClientRect(), s = getComputedStyle(e);
        return b.width > 3 && b.height > 3 && s.display != "none" && s.visibility == "visible" && s.opacity > 0 &&
            s.clipPath == "none"; };
    const apart = s => {
        const [a, b] = [".before", ".after"].map(e => s.querySelector(e).getBoundingClientRect());
        return a.right <= b.left || a.bottom <= b.top; };
    return { blind: [...document.images].filter(i => !i.complete || !i.naturalWidth || !seen(i)).length,
        empty: [...document.querySelectorAll("section")].filter(s => !seen(s) || !s.innerText.trim()).length,
        unseen: [...document.querySelectorAll(".before, table, li, dd")].filter(e => !e.closest("details") && !seen(e)).length,
        together: [...document.querySelectorAll(".slider")].filter(s => !apart(s)).length,
        shut: [...document.querySelectorAll("summary")].filter(e => !seen(e)).length,
        handles: [...document.querySelectorAll(".slider input")].filter(seen).length,
        words: document.querySelectorAll(".slider").length && !document.body.innerText.includes("Without JavaScript") }; })()"""


def check_without_scripts(browser, page, folder):
    """Where scripts are off nothing is missing: each slider shows both pictures whole, side by side."""
    problems = []
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    for name, width, height, scheme in SCREENS[::2]:
        open_page(browser, page, (name, width, height, scheme))
        facts = browser.evaluate(WITHOUT_SCRIPTS)
        print(name, "without scripts", json.dumps(facts))
        problems += [f"{name}, without scripts: {value} {fact}" for fact, value in facts.items() if value]
        shoot(browser, folder, name + "-still")
    return problems


def check(browser, page, folder):
    problems = []
    for name, width, height, scheme in SCREENS:
        where = name + ", " + scheme
        open_page(browser, page, (name, width, height, scheme))
        browser.evaluate("Promise.all([...document.images].map(i => i.decode()))")
        facts = browser.evaluate(FACTS)
        print(where, json.dumps(facts))
        for bad in ("blind", "strangers", "targets", "crowded"):
            if facts[bad]:
                problems.append(f"{where}: {facts[bad]} {bad}")
        if facts["scripts"] != 1:
            problems.append(f"{where}: {facts['scripts']} scripts")
        if facts["wide"] > width:
            problems.append(f"{where}: {facts['wide']} pixels wide")
        if (sum(int(n) for n in facts["scheme"][4:-1].split(",")) < 384) != (scheme == "dark"):
            problems.append(f"{where}: its ground is {facts['scheme']}")
        shoot(browser, folder, f"{name}-{scheme}")
        if facts["sliders"]:
            cuts = drag(browser)
            print(where, "slider", json.dumps(cuts))
            if not (40 < cuts[0][0] < 60 and cuts[1][0] > 70 and cuts[2][0] < 30 and len({cut[1] for cut in cuts}) == 3):
                problems.append(f"{where}: the slider does not follow the mouse: {cuts}")
        problems += [where + ": " + said for said in what_was_said(browser.events)]
    return problems


def main():
    program = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    if not program:
        print("no chromium, chromium-browser or google-chrome")
        return 77
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            target = browser.call("Target.createTarget", url="about:blank")["targetId"]
            browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                browser.call(domain + ".enable")
            problems = check(browser, sys.argv[1], folder) + check_without_scripts(browser, sys.argv[1], folder)
        finally:
            browser.process.kill()
            browser.process.wait()
    for problem in problems:
        print("FAILED", problem)
    return 1 if problems else 0


sys.exit(main())
