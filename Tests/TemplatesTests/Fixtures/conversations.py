"""Writes conversations.json: what chat templates are given, ordinary and not."""

import json
import os

FOLDER = os.path.dirname(os.path.abspath(__file__))


def turn(role, content, **others):
    return {"role": role, "content": content, **others}


def user(content, **others):
    return turn("user", content, **others)


def assistant(content, **others):
    return turn("assistant", content, **others)


def system(content):
    return turn("system", content)


def tool(content, **others):
    return turn("tool", content, **others)


def call(name, arguments, id="call12345"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def part(text):
    return {"type": "text", "text": text}


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "Städte-Name"},
                "unit": {"type": "string", "enum": ["c", "f"], "default": "c"},
                "days": {"type": "array", "items": {"type": "integer"}},
                "option": {"type": ["string", "null"]},
            },
            "required": ["city"],
        },
        "return": {"type": "string", "description": "the weather"},
    },
}
ADD = {
    "type": "function",
    "function": {
        "name": "add",
        "description": "Adds <a> & 'b' \"c\"\nsecond line",
        "parameters": {
            "type": "object",
            "properties": {
                "a": {"type": "number"},
                "b": {"type": "object", "properties": {"x": {"type": "boolean"}}},
            },
            "required": [],
        },
    },
}
SEARCH = {
    "name": "search",
    "description": "Search",
    "parameter_definitions": {
        "q": {"type": "str", "description": "query", "required": True},
        "n": {"type": "int", "description": "count", "required": False},
    },
}
ARGUMENTS = {"city": "Paris", "n": 1, "f": 1.5, "b": True, "z": None, "l": [1, "a", {"k": "é"}]}
WEATHER_CALL = call("get_weather", ARGUMENTS)
WEATHER_REPLY = tool("20", tool_call_id="call12345", name="get_weather")
TEXTS = [
    "Hello", "", "  spaced \n", "emoji 😀👩‍👩‍👧 é é", "<|im_start|> {{ x }} {% y %}",
    "line1\nline2\r\nline3", "\t\"quoted\" 'x' \\ back", "𝒳 漢字 عربى", " \u2028sep\u00a0nbsp",
    "<think>a</think>b", "x</think>y", "[INST] </s>",
]


def conversations():
    for text in TEXTS:
        yield [user(text)], {}
    yield [system("You are good."), user("Hi")], {}
    yield [system("You are good.")], {}
    yield [], {}
    yield [user("a"), assistant("b"), user("c"), assistant("d"), user("e")], {}
    yield [system(" sys "), user(" a "), assistant(" b "), user(" c ")], {}
    yield [user("a"), assistant("b")], {}
    yield [system("a"), user("b"), system("c"), user("d"), assistant("e")], {}
    yield [assistant("a"), user("b")], {}
    yield [user("a"), user("b")], {}
    yield [user("a"), assistant("b"), assistant("c")], {}
    yield [turn("critic", "x")], {}
    yield [turn("developer", "dev"), user("x")], {}
    yield [{"content": "x"}], {}
    yield [{"role": "user"}], {}
    yield [user("a"), assistant(None)], {}
    yield [user(3)], {}
    yield [user([part("look "), {"type": "image"}, part(" here ")])], {}
    yield [system([part("sys")]), user([part("a")]), assistant([part("b")]), user([part("c")])], {}
    yield [user([])], {}
    yield [user([{"type": "video", "video": "x"}])], {}
    yield [user("weather?")], {"tools": [WEATHER]}
    yield [system("s"), user("weather?")], {"tools": [WEATHER, ADD]}
    yield [user("weather?")], {"tools": []}
    yield [user("q")], {"tools": [SEARCH]}
    yield [user("q")], {"tools": [WEATHER["function"], ADD["function"]]}
    called = [user("w?"), assistant("", tool_calls=[WEATHER_CALL])]
    yield called + [WEATHER_REPLY, assistant("It is 20."), user("thanks")], {"tools": [WEATHER]}
    silent = {"role": "assistant", "tool_calls": [WEATHER_CALL]}
    yield [user("w?"), silent, WEATHER_REPLY], {"tools": [WEATHER]}
    yield [user("w?"), assistant(None, tool_calls=[WEATHER_CALL]), WEATHER_REPLY], {}
    written = assistant("", tool_calls=[call("get_weather", '{"city": "X"}')])
    yield [user("w?"), written, WEATHER_REPLY, assistant("ok")], {"tools": [WEATHER]}
    both = [call("get_weather", ARGUMENTS, "abcdefghi"), call("add", {"a": 1}, "bcdefghij")]
    replies = [
        tool("20", tool_call_id="abcdefghi", name="get_weather"),
        tool("3", tool_call_id="bcdefghij", name="add"),
    ]
    turns = [user("w?"), assistant("both", tool_calls=both)] + replies
    yield turns + [assistant("done"), user("more"), assistant("m")], {"tools": [WEATHER, ADD]}
    yield [user("w?"), assistant("", tool_calls=[call("add", {}, "x")]), tool("3")], {}
    yield [user("w?"), assistant("", tool_calls=[WEATHER_CALL["function"]]), tool("20")], {}
    yield [user("w?"), assistant("x", tool_calls=[]), user("y")], {}
    reply = tool({"t": 20, "u": ["x"]}, tool_call_id="call12345", name="get_weather")
    yield called + [reply], {"tools": [WEATHER]}
    yield called + [tool([part("20")], tool_call_id="call12345")], {"tools": [WEATHER]}
    yield [user("q"), assistant("<think>\nhm\n</think>\n\nanswer"), user("r")], {}
    thought = assistant("answer", reasoning_content="hm", thinking="hm")
    yield [user("q"), thought, user("r"), thought], {}
    thoughtful = assistant("", reasoning_content="hm", thinking="hm", tool_calls=[WEATHER_CALL])
    yield [user("q"), thoughtful, WEATHER_REPLY], {"tools": [WEATHER]}
    yield [user("q")], {"enable_thinking": False}
    yield [system("x"), user("q")], {"enable_thinking": True}
    yield [system("x /no_think"), user("q /think"), assistant("a")], {}
    yield [system("x /system_override"), user("q")], {}
    documents = [{"title": "T", "text": "body"}, {"title": "U", "text": "bödy"}]
    yield [user("q")], {"documents": documents}
    turns = [system("s"), user("q"), assistant("a"), user("r")]
    yield turns, {"documents": documents, "tools": [WEATHER], "enable_citations": True}
    yield [user("q")], {"builtin_tools": ["browser", "python"], "tools": [WEATHER]}
    yield [system("s"), user("q")], {"custom_tools": [WEATHER], "tools_in_user_message": False}
    yield [user("q")], {"date_string": "01 Jan 2020", "reasoning_effort": "high"}
    yield [user("q")], {"functions": [WEATHER["function"]], "datetime": "now"}
    yield [user("q"), assistant("abc", prefix=True)], {}
    yield [each for i in range(8) for each in (user(f"q{i} " * i), assistant(f"a{i}"))], {}
    yield [user("q"), assistant("x"), turn("ipython", "out"), assistant("y")], {}
    yield [user("q"), assistant("x"), turn("function", "out", name="f")], {}


def all_variables():
    for messages, others in conversations():
        yield {
            "messages": messages, "tools": None, "documents": None, "bos_token": "<s>",
            "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", **others,
        }


if __name__ == "__main__":
    with open(os.path.join(FOLDER, "conversations.json"), "w") as file:
        rows = (json.dumps(each, ensure_ascii=False) for each in all_variables())
        file.write("[\n" + ",\n".join(rows) + "\n]\n")
