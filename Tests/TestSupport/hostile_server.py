#!/usr/bin/env python3
"""A judge's server that does what servers do when they fail, and what hostile ones might.

    python3 hostile_server.py LOG [--tls DIRECTORY]

The first folder of a request's path says how it is answered (`/ok/v1/chat/completions`); the names
are those of the methods of Modes below. Every request and every answer becomes a line of LOG. The
first line on standard output tells the ports, as JSON. With --tls it makes certificates in DIRECTORY
and also listens with them, and as a proxy that is not to be trusted. It ends when its standard input does.

A well-behaved answer prefers the candidate with the larger `quality=N` in its text, so that a reply
given to the wrong question is noticed.
"""

import asyncio
import gzip
import hashlib
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time

CODE = re.compile(r"[0-9a-f]{32}")
MATERIAL = re.compile(r"<begin:([^:>]+):([0-9a-f]{32})>.*?<end:\1:\2>", re.DOTALL)
QUALITY = re.compile(r"quality=(\d+)")


class Log:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8", buffering=1)

    def write(self, **event):
        self.file.write(json.dumps({"t": time.monotonic(), **event}) + "\n")


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        parts = path.split("/")
        self.mode = parts[1] if len(parts) > 1 else ""
        self.api = path.rsplit("/", 1)[-1]
        try:
            self.json = json.loads(body) if body else {}
        except ValueError:
            self.json = {}
        self.text = self.json.get("prompt") or "\n".join(
            m.get("content", "") for m in self.json.get("messages", [])
        )
        # The code of the delimiters follows from the question and says no more than it.
        self.key = hashlib.sha256(CODE.sub("", self.text).encode()).hexdigest()[:16]


def verdict_line(request):
    """The better candidate, in the form that the template asks for."""
    values = [int(v) for v in QUALITY.findall(request.text)]
    first = len(values) < 2 or values[0] >= values[1]
    side = "A" if first else "B"
    asked = MATERIAL.sub("", request.text)
    for form in ("Preferred: ", "More helpful: "):
        if form + "A" in asked:
            return form + side
    if "Rating: [[" in asked:
        return f"Rating: [[{min(values[0] if values else 5, 10)}]]"
    if "[[A>>B]]" in asked:
        return "[[A>B]]" if first else "[[B>A]]"
    return f"[[{side}]]"


def reply(request, text=None, finish="stop", **changes):
    text = verdict_line(request) if text is None else text
    usage = {"prompt_tokens": len(request.text) // 4, "completion_tokens": len(text) // 4 + 1}
    usage["total_tokens"] = sum(usage.values())
    if request.api == "messages":
        return {
            "id": "m1", "type": "message", "role": "assistant", "model": "mock-1",
            "content": [{"type": "text", "text": text}], "stop_reason": "end_turn",
            "usage": {"input_tokens": usage["prompt_tokens"],
                      "output_tokens": usage["completion_tokens"]}, **changes,
        }
    choice = {"index": 0, "finish_reason": finish}
    if request.api == "completions" and "/chat/" not in request.path:
        choice["text"] = text
        if request.json.get("logprobs"):
            side = verdict_line(request)[-3:-2]
            other = "B" if side == "A" else "A"
            choice["logprobs"] = {"top_logprobs": [{" " + side: -0.2, " " + other: -2.0}]}
    else:
        choice["message"] = {"role": "assistant", "content": text}
        if request.json.get("logprobs"):
            values = [int(v) for v in QUALITY.findall(request.text)]
            side = "A" if values[0] >= values[1] else "B"
            other = "B" if side == "A" else "A"
            top = [{"token": side, "logprob": -0.2}, {"token": other, "logprob": -2.0}]
            choice["logprobs"] = {"content": [{"token": side, "top_logprobs": top}]}
    return {"id": "c1", "model": "mock-1", "choices": [choice], "usage": usage, **changes}


class Modes:
    """One method for each behaviour; `-` of a path is `_` here, and digits are arguments."""

    def __init__(self, log, other_port):
        self.log, self.other_port = log, other_port
        self.attempts = {}
        self.compressed = None
        self.stormed = 0

    async def send(self, writer, status, body=b"", headers=(), length=None, close=False):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}"]
        lines += ["Content-Type: application/json", *headers]
        if close:
            lines.append("Connection: close")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    async def answer(self, request, writer, body=None):
        self.log.write(event="answered", mode=request.mode, key=request.key)
        await self.send(writer, 200, reply(request) if body is None else body)

    def attempt(self, request):
        place = (request.mode, request.key)
        self.attempts[place] = self.attempts.get(place, 0) + 1
        return self.attempts[place]

    def error(self, request, words="no"):
        # Some services echo what they were sent.
        key = request.headers.get("authorization", "") or request.headers.get("x-api-key", "")
        return {"error": {"message": f"{words}: incorrect key provided: {key}", "type": "x"}}

    # Well-behaved.

    async def ok(self, request, writer):
        await self.answer(request, writer)

    async def partly(self, request, writer):
        """Every third question gets prose without a verdict, always the same ones."""
        await (self.prose if int(request.key, 16) % 3 == 0 else self.ok)(request, writer)

    async def turned(self, request, writer, number):
        """After so many answers another model stands behind the name, which likes the worse one."""
        self.stormed += 1
        if self.stormed <= number:
            return await self.ok(request, writer)
        other = {"[[A>B]]": "[[B>A]]", "[[B>A]]": "[[A>B]]"}[verdict_line(request)]
        await self.answer(request, writer, reply(request, other))

    async def late(self, request, writer):
        await asyncio.sleep(int(request.key[:2], 16) / 255 * 0.05)
        await self.answer(request, writer)

    # Statuses.

    async def status(self, request, writer, number):
        await self.send(writer, number, self.error(request))

    async def once(self, request, writer, number):
        if self.attempt(request) == 1:
            return await self.send(writer, number, self.error(request))
        await self.answer(request, writer)

    async def never(self, request, writer, number):
        await self.send(writer, number, self.error(request), headers=["x-should-retry: false"])

    async def storm(self, request, writer):
        """The first 64 requests are too many."""
        self.stormed += 1
        if self.stormed <= 64:
            self.log.write(event="429", mode=request.mode)
            return await self.send(writer, 429, self.error(request), headers=["Retry-After: 1"])
        await self.answer(request, writer)

    async def wait(self, request, writer, number):
        """429 once, with one of the ways to say how long to wait."""
        ways = [
            ["Retry-After: 0"], ["Retry-After: -1"], ["Retry-After: nan"], ["Retry-After: 1e9"],
            ["Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"],
            ["Retry-After: Fri, 06 Nov 2099 08:49:37 GMT"],
            ["Retry-After: 0", "Retry-After: 100000"], ["Retry-After: " + "9" * 10000],
            ["retry-after-ms: 50"],
        ]
        if self.attempt(request) == 1:
            return await self.send(writer, 429, self.error(request), headers=ways[number])
        await self.answer(request, writer)

    async def redirect(self, request, writer, number):
        port = self.other_port
        places = {
            301: f"http://127.0.0.1:{port}/ok/v1/chat/completions",
            302: f"https://elsewhere.example:{port}/v1", 303: "file:///etc/hostname",
            307: f"http://localhost:{port}/ok/v1/chat/completions", 308: f"//127.0.0.1:{port}/x",
        }
        await self.send(writer, number, headers=["Location: " + places[number]])

    async def strict(self, request, writer):
        """Takes neither a seed nor the older name of the longest reply, and no system text."""
        sent = request.json
        problem = None
        if "max_tokens" in sent:
            problem = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        elif "seed" in sent:
            problem = 'Invalid JSON payload received. Unknown name "seed": Cannot find field.'
        elif any(m.get("role") == "system" for m in sent.get("messages", [])):
            problem = "System role not supported"
        if problem:
            return await self.send(writer, 400, [{"error": {"code": 400, "message": problem}}])
        await self.answer(request, writer)

    async def empty(self, request, writer, number):
        """The account runs empty after so many answers."""
        self.answers = getattr(self, "answers", 0) + 1
        if self.answers <= number:
            return await self.answer(request, writer)
        await self.send(writer, 429, {"error": {
            "message": "You exceeded your current quota, please check your plan.",
            "type": "insufficient_quota", "code": "insufficient_quota"}})

    async def absurd(self, request, writer):
        """More tokens than there are."""
        most = 9223372036854775807
        usage = {"prompt_tokens": most, "completion_tokens": most}
        await self.answer(request, writer, reply(request, usage=usage))

    async def broken(self, request, writer):
        """Two of three requests fail for one reason, the others for another."""
        if int(request.key, 16) % 3:
            return await self.send(writer, 422, {"detail": "The sampler \x1b[31mis on fire"})
        await self.answer(request, writer, reply(request, finish="error"))

    # Connections.

    async def drop(self, request, writer):
        writer.close()

    async def reset(self, request, writer):
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        writer.transport.abort()

    async def silent(self, request, writer):
        await asyncio.sleep(30)

    async def slowheaders(self, request, writer):
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" * 10:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)

    async def slowbody(self, request, writer):
        body = json.dumps(reply(request)).encode()
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.2)

    async def halfclosed(self, request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
        await asyncio.sleep(30)

    # Bodies.

    async def huge(self, request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        for _ in range(1000):
            if writer.is_closing():
                break
            writer.write(b" " * 1_000_000)
            await writer.drain()

    async def endless(self, request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
            await writer.drain()

    async def bomb(self, request, writer):
        if self.compressed is None:
            self.compressed = gzip.compress(b" " * 20_000_000, compresslevel=1)
        await self.send(writer, 200, self.compressed, headers=["Content-Encoding: gzip"])

    async def longer(self, request, writer):
        body = json.dumps(reply(request)).encode()
        await self.send(writer, 200, body, length=len(body) + 10)
        writer.close()

    async def shorter(self, request, writer):
        body = json.dumps(reply(request)).encode()
        await self.send(writer, 200, body, length=len(body) - 10)
        writer.close()

    async def headers(self, request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            if writer.is_closing():
                return
            writer.write(f"X-{number}: {'y' * 30}\r\n".encode())
        writer.write(b"Content-Length: 0\r\n\r\n")
        await writer.drain()

    async def garbage(self, request, writer, number):
        whole = json.dumps(reply(request))
        choice = reply(request)["choices"][0]
        bodies = [
            b"", b"<html><body>502 upstream</body></html>", whole[: len(whole) // 2].encode(),
            b'{"choices":[{"message":{"content":"\xff\xfe"}}]}', b"[]", b"null", b'"text"',
            whole.replace('"completion_tokens": ', '"completion_tokens": NaN, "x": ').encode(),
            {"choices": []}, {"choices": {}}, {"error": "overloaded"},
            {"choices": [{"message": {"role": "assistant", "content": None}, "finish_reason": "stop"}]},
            {"choices": [{**choice, "message": {"content": 7}}]},
            {"choices": [{"message": {"content": None, "tool_calls": []},
                          "finish_reason": "tool_calls"}]},
            b"[" * 100_000,
        ]
        self.log.write(event="garbage", mode=request.mode, key=request.key)
        await self.send(writer, 200, bodies[number])

    async def refusal(self, request, writer):
        message = {"role": "assistant", "content": None, "refusal": "I will not."}
        await self.answer(
            request, writer, {"choices": [{"message": message, "finish_reason": "stop"}]})

    async def length(self, request, writer):
        await self.answer(request, writer, reply(request, finish="length"))

    async def silence(self, request, writer):
        await self.answer(request, writer, reply(request, text=""))

    async def prose(self, request, writer):
        await self.answer(request, writer, reply(request, text="Both have their merits."))

    async def echo(self, request, writer):
        """A judge that writes the key it was sent into its reply."""
        key = request.headers.get("authorization", "")
        await self.answer(
            request, writer, reply(request, text=f"Your key is {key}\n{verdict_line(request)}"))

    # One kind of failure in so many of a hundred requests, by a hash of question and attempt.

    def share(self, request):
        seed = hashlib.sha256(f"{request.key} {self.attempt(request)}".encode()).digest()
        return int.from_bytes(seed[:4], "big") / 2**32

    async def errors(self, request, writer, number):
        if self.share(request) < number / 100:
            return await self.send(writer, 500, self.error(request))
        await self.answer(request, writer)

    async def refusals(self, request, writer, number):
        if self.share(request) < number / 100:
            return await self.send(writer, 429, self.error(request, "rate limit"))
        await self.answer(request, writer)

    async def drops(self, request, writer, number):
        if self.share(request) < number / 100:
            return writer.close()
        await self.answer(request, writer)

    async def halves(self, request, writer, number):
        if self.share(request) < number / 100:
            return await self.send(writer, 200, b'{"choices":[')
        await self.answer(request, writer)

    # Everything at once: 5 % 429, 3 % 500, 1 % dropped, 1 % garbage, 0.5 % stalled.

    async def mix(self, request, writer):
        share = self.share(request)
        if share < 0.05:
            return await self.send(writer, 429, self.error(request), headers=["Retry-After: 0"])
        if share < 0.08:
            return await self.send(writer, 500, self.error(request))
        # From here on the work is done, whether the answer arrives or not.
        self.log.write(event="billed", mode=request.mode, key=request.key)
        if share < 0.09:
            return writer.close()
        if share < 0.10:
            return await self.send(writer, 200, b'{"choices":[')
        if share < 0.105:
            return await asyncio.sleep(60)
        await self.answer(request, writer)


class Server:
    def __init__(self, log, modes):
        self.log, self.modes = log, modes

    async def handle(self, reader, writer):
        try:
            while await self.one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def one(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = Request(method, path, headers, body)
        name, _, number = request.mode.partition("-")
        self.log.write(
            event="request", mode=request.mode, key=request.key, method=method, path=path,
            keyed="authorization" in headers or "x-api-key" in headers,
            port=writer.get_extra_info("sockname")[1])
        method = getattr(self.modes, name, None)
        if method is None or name.startswith("_"):
            await self.modes.send(writer, 404, self.modes.error(request, "no such mode"))
        elif number:
            await method(request, writer, int(number))
        else:
            await method(request, writer)
        return not writer.is_closing()


class Proxy:
    """What stands between a client and the world: it is asked to CONNECT, and the name of the host says
    what it does. Everything that it sees is written down."""

    def __init__(self, log, contexts):
        self.log, self.contexts = log, contexts

    async def handle(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line = head.split("\r\n")[0]
            method, target, _ = line.split(" ", 2)
            self.note("proxied", method, head)
            host = target.partition(":")[0]
            if method != "CONNECT" or host == "refused.example":
                writer.write(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            elif host == "garbage.example":
                writer.write(b"\0\xff" * 1000 + b"\r\n\r\n")
            elif host == "huge.example":
                for _ in range(1_000_000):
                    writer.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000)
                    await writer.drain()
            else:
                # The man in the middle shows a certificate of his own.
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                await writer.drain()
                await writer.start_tls(self.contexts["wrong"])
                self.note("opened", method, (await reader.read(65536)).decode("latin-1"))
            await writer.drain()
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def note(self, event, method, text):
        lower = text.lower()
        keyed = "authorization" in lower or "x-api-key" in lower
        self.log.write(event=event, mode="proxy", method=method, keyed=keyed)


def run_openssl(*arguments, folder):
    subprocess.run(
        ["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)


def certificates(folder):
    """Self-signed certificates: for this host, for another one, and one that has run out."""
    with open(os.path.join(folder, "ca.cnf"), "w", encoding="utf-8") as file:
        file.write(
            "[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index.txt\nserial=serial\n"
            "default_md=sha256\npolicy=p\nx509_extensions=e\nemail_in_dn=no\nunique_subject=no\n"
            "[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\n")
    open(os.path.join(folder, "index.txt"), "w", encoding="utf-8").close()
    with open(os.path.join(folder, "serial"), "w", encoding="utf-8") as file:
        file.write("01\n")
    for name, alternative in (("good", "IP:127.0.0.1"), ("wrong", "DNS:other.example")):
        run_openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out",
            f"{name}.pem", "-days", "30", "-subj", f"/CN={name}", "-addext",
            f"subjectAltName={alternative}", folder=folder)
    run_openssl(
        "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "expired.key", "-out",
        "expired.csr", "-subj", "/CN=expired", folder=folder)
    run_openssl(
        "ca", "-batch", "-config", "ca.cnf", "-selfsign", "-keyfile", "expired.key", "-in",
        "expired.csr", "-out", "expired.pem", "-notext", "-startdate", "20200101000000Z", "-enddate",
        "20200201000000Z", folder=folder)
    return ["good", "wrong", "expired"]


async def main(arguments):
    log = Log(arguments[0])
    ports = {}

    async def listen(modes, **options):
        server = await asyncio.start_server(
            Server(log, modes).handle, "127.0.0.1", 0, backlog=1024, limit=1 << 22, **options)
        return server, server.sockets[0].getsockname()[1]

    servers = []
    other, ports["other"] = await listen(Modes(log, 0))
    plain, ports["port"] = await listen(Modes(log, ports["other"]))
    servers += [other, plain]
    if len(arguments) > 2:
        folder = arguments[2]
        contexts = {}
        for name in certificates(folder):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(
                os.path.join(folder, f"{name}.pem"), os.path.join(folder, f"{name}.key"))
            contexts[name] = context
            server, ports[name] = await listen(Modes(log, 0), ssl=context)
            servers.append(server)
        proxy = await asyncio.start_server(Proxy(log, contexts).handle, "127.0.0.1", 0)
        ports["proxy"] = proxy.sockets[0].getsockname()[1]
        servers.append(proxy)
    print(json.dumps(ports), flush=True)
    # The parent's end closes this one.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
