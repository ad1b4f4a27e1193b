"""Completions with log-probabilities from transformers, one request at a time: an independent reader of
a judge's model. It tells the whole vocabulary, where servers tell the likeliest few tokens.

Usage: exact_server.py FOLDER PORT"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, port = sys.argv[1], int(sys.argv[2])
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
texts = [tokenizer.decode([token]) for token in range(model.config.vocab_size)]
one_at_a_time = Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        tokens = tokenizer(body["prompt"], return_tensors="pt").input_ids
        with one_at_a_time, torch.no_grad():
            scores = model(tokens).logits[0, -1].double().log_softmax(-1)
        # Tokens of one text are one entry of the form: their probabilities add.
        likeliest = {}
        for text, score in zip(texts, scores):
            likeliest[text] = torch.logaddexp(likeliest[text], score) if text in likeliest else score
        likeliest = {text: score.item() for text, score in likeliest.items()}
        reply = {
            "model": folder,
            "choices": [{"text": "", "finish_reason": "length",
                         "logprobs": {"top_logprobs": [likeliest]}}],
            "usage": {"prompt_tokens": tokens.shape[1], "completion_tokens": 1},
        }
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        pass


ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
