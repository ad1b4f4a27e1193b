import Foundation
import Testing

@Suite struct DataCommandTests {
  private func withRecipe(_ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      let rows = """
        {"prompt":"Ask\\u001b[2J","chosen":"good","rejected":"bad"}
        {"prompt":"Ask\\u001b[2J","chosen":"good","rejected":"bad"}
        {"prompt":"Other","chosen":"long answer","rejected":"no"}
        {"prompt":"Same","chosen":"x","rejected":"x"}
        {"prompt":"Empty","chosen":"x","rejected":""}

        """
      try Data(rows.utf8).write(to: folder.appending(path: "pairs.jsonl"))
      let recipe = """
        name: small
        data:
          pairs: {files: pairs.jsonl}
          made: {generate: {reviews: 3, seed: 2}}
        stages:
          sft: {kind: language-model, anything: [1, 2]}
        other: 3
        """
      try Data(recipe.utf8).write(to: folder.appending(path: "recipe.yaml"))
      try body(folder)
    }
  }

  @Test func `rows are counted, measured and shown without their control characters`() throws {
    try withRecipe { folder in
      let outcome = try Program.start("data", "recipe.yaml", "-n1", in: folder)
      #expect(outcome.code == 3)
      #expect(
        outcome.complaint
          == "plumb: a run would stop at the refused rows; correct or remove them, or set on_bad_rows: skip\n"
      )
      let expected = """
        pairs: 3 rows, pairs
                                min  median  mean  95 %  max
          prompt    characters    5       7   6.3     7    7
          chosen    characters    4       4   6.3    11   11
          rejected  characters    2       3   2.7     3    3
          duplicates: 1, repeated prompts: 1, refused: 2
          refused 1: rejected is the same text as chosen; the first at \(folder.path)/pairs.jsonl:4:42
          refused 1: rejected is empty; the first at \(folder.path)/pairs.jsonl:5:43
          pairs.jsonl:1
            prompt: Ask␛[2J
            chosen: good
            rejected: bad

        made: 3 rows, labelled texts

        """
      #expect(outcome.output.hasPrefix(expected))
    }
  }

  @Test func `rows whose boundary falls inside a token are counted and shown`() throws {
    try Program.withFolder { folder in
      // Bytes: a = 0, b = 1, a blank = 2 ("Ġ"), and "Ġb" = 3.
      let tokenizer = """
        {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
         "decoder": {"type": "ByteLevel"},
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "Ġ": 2, "Ġb": 3}, "merges": ["Ġ b"]}}
        """
      let model = folder.appending(path: "m")
      try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
      try Data(tokenizer.utf8).write(to: model.appending(path: "tokenizer.json"))
      let rows = """
        {"prompt":"a","chosen":" b","rejected":" a"}
        {"prompt":"a ","chosen":"b","rejected":"a"}

        """
      try Data(rows.utf8).write(to: folder.appending(path: "pairs.jsonl"))
      let recipe = """
        name: small
        data: {pairs: {files: pairs.jsonl}}
        stages: {s: {kind: reward-model, from: ./m, data: pairs}}
        """
      try Data(recipe.utf8).write(to: folder.appending(path: "recipe.yaml"))
      let outcome = try Program.start("data", "recipe.yaml", in: folder)
      #expect(outcome.code == 0)
      #expect(
        outcome.output.contains(
          "  boundaries: 1 of 2 rows have one token for the end of the prompt and the beginning of a "
            + "completion; the first is pairs.jsonl:2\n"))
      let shown = """
          pairs.jsonl:1
            prompt: a
              ids: 0
            chosen:  b
              ids: 3
            rejected:  a
              ids: 2 0
            read: a‖ b  (1 learnt behind 1)
            read: a‖ |a  (2 learnt behind 1)
          pairs.jsonl:2
            prompt: a\u{20}
              ids: 0
            chosen: b
              ids: 3
            rejected: a
              ids: 2 0
            read: a‖ b  (1 learnt behind 1)
            read: a‖ |a  (2 learnt behind 1)
            one token holds the end of the prompt and the beginning of a completion

        """
      #expect(outcome.output.contains(shown))
      // This tokenizer has no end token.
      #expect(
        outcome.output.contains(
          "  begin and end tokens: 4 completions have no end token; the first is pairs.jsonl:1\n"))
      let object = try Program.start("data", "recipe.yaml", "--json", in: folder).output
      #expect(
        object.contains("\"boundaries\":{\"first\":\"pairs.jsonl:2\",\"inside_tokens\":1}"))
    }
  }

  @Test func `missing and doubled begin and end tokens are counted, and shown in their place`()
    throws
  {
    try Program.withFolder { folder in
      func token(_ id: Int, _ text: String) -> String {
        "{\"id\": \(id), \"content\": \"\(text)\", \"special\": true, \"normalized\": false, "
          + "\"single_word\": false, \"lstrip\": false, \"rstrip\": false}"
      }
      let tokenizer = """
        {"added_tokens": [\(token(4, "<s>")), \(token(5, "</s>"))],
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
         "decoder": {"type": "ByteLevel"},
         "post_processor": {"type": "TemplateProcessing", "pair": null,
           "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
           "special_tokens": {"<s>": {"id": "<s>", "ids": [4], "tokens": ["<s>"]}}},
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "Ġ": 2, "Ġb": 3}, "merges": ["Ġ b"]}}
        """
      let model = folder.appending(path: "m")
      try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
      try Data(tokenizer.utf8).write(to: model.appending(path: "tokenizer.json"))
      try Data("{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}".utf8)
        .write(to: model.appending(path: "tokenizer_config.json"))
      let rows = """
        {"prompt":"<s><s>a","completion":" b"}
        {"prompt":"a","completion":" b</s>"}
        {"prompt":"a","completion":" a","weight":2}

        """
      try Data(rows.utf8).write(to: folder.appending(path: "rows.jsonl"))
      let recipe = """
        name: small
        data: {rows: {files: rows.jsonl, special_tokens: parse}}
        stages: {s: {kind: language-model, from: ./m, data: rows}}
        """
      try Data(recipe.utf8).write(to: folder.appending(path: "recipe.yaml"))
      let outcome = try Program.start("data", "recipe.yaml", in: folder)
      #expect(outcome.code == 0)
      #expect(
        outcome.output.contains(
          "  begin and end tokens: 1 row starts with more than one begin token, 1 completion has more "
            + "than one end token; the first is rows.jsonl:1\n"))
      #expect(outcome.output.contains("    read: <s>|<s>|a‖ b|</s>  (2 learnt behind 3)\n"))
      #expect(outcome.output.contains("    read: <s>|a‖ b|</s>|</s>  (3 learnt behind 2)\n"))
      #expect(outcome.output.contains("  rows.jsonl:3  (weight 2.0)\n"))
    }
  }

  @Test func `rows that a source skips, ties and columns that nothing reads are counted`() throws {
    try withRecipe { folder in
      let skipping = ["--set", "data.pairs.on_bad_rows=skip"]
      let outcome = try Program.start(
        arguments: ["data", "recipe.yaml", "-n1"] + skipping + [
          "--set", "data.pairs.most_bad_rows=0.5",
        ],
        in: folder)
      #expect(outcome.code == 0)
      #expect(outcome.complaint == "")
      #expect(outcome.output.contains("duplicates: 1, repeated prompts: 1, refused: 2\n"))
      let refused = try Program.start(arguments: ["data", "recipe.yaml"] + skipping, in: folder)
      #expect(refused.code == 3)
      #expect(
        refused.complaint
          == "plumb: \(folder.path)/pairs.jsonl: 2 of 5 rows are bad, more than the share of 0.1 "
          + "that most_bad_rows allows; the first: \(folder.path)/pairs.jsonl:4:42 rejected — "
          + "is the same text as chosen — remove the row\n")
      let rows = """
        {"question":{"full_text":"q"},"answer_0":"a","answer_1":"b","score_0":1,"score_1":-1,"url":"u"}
        {"question":{"full_text":"q"},"answer_0":"a","answer_1":"b","score_0":0,"score_1":0}

        """
      try Data(rows.utf8).write(to: folder.appending(path: "pairs.jsonl"))
      let ties = try Program.start("data", "recipe.yaml", "-n1", in: folder)
      #expect(ties.code == 0)
      #expect(
        ties.output.contains(
          """
            1 pair has equal scores and is left out
            not read: url
            pairs.jsonl:1  (margin 2.0)

          """))
    }
  }

  @Test func `only the data section is checked`() throws {
    try withRecipe { folder in
      let outcome = try Program.start(
        "data", "recipe.yaml", "--set", "data.pairs.fils=x", in: folder)
      #expect(outcome.code == 3)
      #expect(
        outcome.complaint
          == "plumb: --set data.pairs.fils=x: unknown key \"fils\" in data.pairs; "
          + "did you mean \"files\"?\n")
      let none = try Program.start("data", "recipe.yaml", "--set", "data={}", in: folder)
      #expect(none.code == 3)
      #expect(none.complaint.contains("data: is missing; plumb data shows what it names"))
    }
  }

  @Test func `programs get one object for each source`() throws {
    try withRecipe { folder in
      let lines = try Program.start("data", "recipe.yaml", "--json", in: folder).output
        .split(separator: "\n")
      // Two sources, what is said of pairs and of their rows, and of the generated rows.
      #expect(lines.count == 5)
      #expect(
        lines.first?.hasPrefix(
          "{\"duplicates\":1,\"fields\":[{\"characters\":{\"max\":7,\"mean\":6.333") == true)
      #expect(lines[1].contains("\"layout\":\"labelled texts\""))
      #expect(
        lines[2].contains("\"longer_is_right\":{\"high\":")
          && lines[2].contains("\"audit\":\"length\""))
      #expect(
        lines[3].contains("\"within\":{\"contradicted\":0,\"exact\":1,\"first\":"))
    }
  }

  @Test func `what may spoil data is told of data sets and of the evaluation`() throws {
    try Program.withFolder { folder in
      let long =
        "The committee met on Tuesday to discuss the budget of the coming year, and agreed that the "
        + "new library should be built before the bridge across the northern river is repaired."
      let train = """
        {"id":"a","prompt":"\(long)","chosen":"a long answer","rejected":"short"}
        {"id":"b","prompt":"\(long)","chosen":"short","rejected":"a long answer"}
        {"id":"c","prompt":"Who?","chosen":"the longest answer of all","rejected":"me"}

        """
      let test = """
        {"id":"p","prompt":"\(long.replacing("Tuesday", with: "Monday"))"}
        {"id":"q","prompt":"Who?"}
        {"id":"r","prompt":"Why?"}

        """
      try Data(train.utf8).write(to: folder.appending(path: "train.jsonl"))
      try Data(test.utf8).write(to: folder.appending(path: "test.jsonl"))
      let recipe = """
        name: small
        data: {train: {files: train.jsonl}, test: {files: test.jsonl}}
        stages: {dpo: {kind: align, data: train}}
        evaluation: {prompts_from: {prompts: test}}
        """
      try Data(recipe.utf8).write(to: folder.appending(path: "recipe.yaml"))
      let outcome = try Program.start("data", "recipe.yaml", in: folder)
      #expect(outcome.code == 0)
      let said = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      let lines = said.drop { !$0.hasPrefix("What may") }.dropFirst().map(String.init)
      // Two of three are longer; two pairs share a prompt, which counts once: (½ + 1)/2.
      #expect(lines[0].hasPrefix("  train: length: the chosen completion is longer in 75.0 % ["))
      #expect(
        Array(lines.dropFirst()) == [
          "  train: repetitions: 1 row repeats an earlier one exactly, 0 nearly; the first: b is a",
          "  train: labels: 1 text stands in several rows with opposite labels, at least 1 of which is wrong; "
            + "the first: b is a",
          "  test: repetitions: 0 rows repeat an earlier one exactly, 0 nearly",
          "  test: 2 rows' prompts stand in train too, 1 exactly and 1 nearly; the first: p is a (0.88)",
          "  evaluation prompts: 2 of 3 of test stand in training data (train): exact 1, near 1, "
            + "contained 0; the first: p in train, a",
          "",
        ])
    }
  }
}
