#!/usr/bin/env python3
"""Drives a page in headless Chromium as a person would, through its DevTools pipe.

    browser.py CHROMIUM FOLDER < steps.json

FOLDER takes the profile and what the page downloads. Steps are a JSON list of objects with one member:

    {"open": URL}                   and wait until it is loaded
    {"press": "1 Enter Control+s"}  keys, one after the other
    {"type": "text"}                into what has the focus
    {"click": "#selector"}          with the mouse, in its middle
    {"choose": ["#input", "/file"]} a file in a file field
    {"size": [1280, 900]}           of the window
    {"dark": true}                  the colour scheme that the page is asked for
    {"look": "expression"}          prints its value as a line of JSON
    {"picture": "/file.png"}        of the window
    {"picture": ["/file.png", "#selector", …]}  of the part of the page that holds these elements
    {"paper": "/file.pdf"}          the page as it is printed
    {"downloaded": "1"}             waits until so many files are whole
    {"wait": "expression"}          until it is true, five seconds at most

Requests to anything but files, and what violates the page's policy, are printed at the end as one
line: {"requests": […], "violations": […]}.
"""

import base64
import json
import os
import subprocess
import sys
import time

SPECIAL = {
    "Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Tab": ("Tab", 9, ""),
    "ArrowLeft": ("ArrowLeft", 37, ""), "ArrowRight": ("ArrowRight", 39, ""),
    "Space": (" ", 32, " "),
}


class Browser:
    def __init__(self, program, folder):
        to_browser, writer = os.pipe()
        reader, from_browser = os.pipe()
        # Chromium reads commands from 3 and writes to 4.
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}', program,
             "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--hide-scrollbars", f"--user-data-dir={folder}/profile", "about:blank"],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        os.makedirs(folder, exist_ok=True)
        self.writer = os.fdopen(writer, "wb", buffering=0)
        self.reader = os.fdopen(reader, "rb", buffering=0)
        self.pending = b""
        self.number = 0
        self.session = None
        self.events = []
        targets = self.call("Target.getTargets")["targetInfos"]
        target = next(one["targetId"] for one in targets if one["type"] == "page")
        self.session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "DOM", "Log", "Audits"):
            self.call(domain + ".enable")
        session, self.session = self.session, None
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder,
                  eventsEnabled=True)
        self.session = session

    def message(self):
        while b"\0" not in self.pending:
            more = self.reader.read(1 << 16)
            if not more:
                raise SystemExit("the browser went away")
            self.pending += more
        text, _, self.pending = self.pending.partition(b"\0")
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        self.writer.write(json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method, since):
        while not any(event.get("method") == method for event in self.events[since:]):
            self.events.append(self.message())

    def look(self, expression):
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def close(self):
        """Ends it in peace, so that it keeps what pages stored."""
        self.number += 1
        request = {"id": self.number, "method": "Browser.close"}
        self.writer.write(json.dumps(request).encode() + b"\0")
        self.process.wait(timeout=20)

    # Steps.

    def open(self, url):
        since = len(self.events)
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired", since)

    def press(self, keys):
        for word in keys.split(" "):
            *modifiers, name = word.split("+")
            flags = sum({"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}[m] for m in modifiers)
            key, code, text = SPECIAL.get(name, (name, ord(name.upper()[0]), name))
            common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": flags}
            shown = {"text": text} if text and not flags else {}
            self.call("Input.dispatchKeyEvent", type="keyDown" if shown else "rawKeyDown",
                      **common, **shown)
            self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def click(self, selector):
        spot = self.look(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
            "return [b.x + b.width / 2, b.y + b.height / 2]; })()")
        place = {"x": spot[0], "y": spot[1], "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mousePressed", **place)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **place)

    def choose(self, places):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=places[0])["nodeId"]
        self.call("DOM.setFileInputFiles", files=[places[1]], nodeId=node)

    def size(self, sides):
        self.call("Emulation.setDeviceMetricsOverride", width=sides[0], height=sides[1],
                  deviceScaleFactor=1, mobile=False)

    def dark(self, is_dark):
        value = "dark" if is_dark else "light"
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": value}])

    def picture(self, place):
        path, *selectors = [place] if isinstance(place, str) else place
        clip = {}
        if selectors:
            self.look("document.fonts.ready.then(() => true)")
            x, y, width, height = self.look(
                f"(() => {{ const boxes = {json.dumps(selectors)}.flatMap((one) =>"
                " [...document.querySelectorAll(one)]).map((e) => e.getBoundingClientRect())"
                ".filter((box) => box.width > 0);"
                "if (boxes.length === 0) return [0, 0, 0, 0];"
                "const [left, top] = ['left', 'top'].map((side) =>"
                " Math.min(...boxes.map((box) => box[side])) - 16);"
                "const [right, bottom] = ['right', 'bottom'].map((side) =>"
                " Math.max(...boxes.map((box) => box[side])) + 16);"
                "return [left + scrollX, top + scrollY, right - left, bottom - top]; })()")
            if width == 0:
                raise SystemExit(f"nothing to be seen of {', '.join(selectors)}")
            clip = {"captureBeyondViewport": True, "clip": {
                "x": max(0, x), "y": max(0, y), "width": width, "height": height, "scale": 1}}
        data = self.call("Page.captureScreenshot", format="png", **clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def paper(self, path):
        data = self.call("Page.printToPDF", printBackground=False)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def wait(self, expression):
        end = time.monotonic() + 5
        while not self.look(expression):
            if time.monotonic() > end:
                raise SystemExit(f"never true: {expression}")
            time.sleep(0.02)

    def downloaded(self, count):
        def whole():
            return sum(event.get("method") == "Browser.downloadProgress"
                       and event["params"]["state"] == "completed" for event in self.events)
        while whole() < int(count):
            self.events.append(self.message())

    def findings(self):
        requests, violations = [], []
        for event in self.events:
            method, details = event.get("method"), event.get("params", {})
            if method == "Network.requestWillBeSent":
                url = details["request"]["url"]
                if not url.startswith(("file:", "blob:", "about:", "data:")):
                    requests.append(url)
            if method == "Audits.issueAdded":
                issue = details["issue"]
                if issue["code"] == "ContentSecurityPolicyIssue":
                    violations.append(issue["details"])
            if method == "Runtime.exceptionThrown":
                violations.append(details["exceptionDetails"])
        return {"requests": requests, "violations": violations}


def main(program, folder):
    browser = Browser(program, folder)
    try:
        for step in json.load(sys.stdin):
            (name, value), = step.items()
            if name == "look":
                print(json.dumps(browser.look(value)), flush=True)
            else:
                getattr(browser, name)(value)
        browser.look("1")
        print(json.dumps(browser.findings()), flush=True)
        browser.close()
    finally:
        browser.process.kill()
        browser.process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
