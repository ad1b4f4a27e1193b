import Foundation
import Runs
import Testing

extension EndToEnd {
  /// `plumb verify` of a run, and of what was made of it.
  @Suite struct CapsuleRunTests {
    private static let recipe = Workplace.recipe
      .replacing(
        "training: {steps: 40, batch: 24, learning_rate: 1e-2, checkpoints: 10}",
        with: "training: {steps: 12, batch: 8, learning_rate: 1e-2, checkpoints: 2}"
      )

    private func made() throws -> Workplace {
      let place = try Workplace(recipe: Self.recipe)
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      return place
    }

    private func verify(_ place: Workplace, _ arguments: String...) throws -> Engine.Outcome {
      try Engine.run(["verify"] + arguments + ["--quiet"], in: place.url)
    }

    @Test func runHoldsToRecordsNumbersAndBytesAndIsLeftAsItIs() throws {
      let place = try made()
      let before = try Self.tree(place.run)
      let outcome = try verify(place, "run")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").map(String.init)
      #expect(lines.first?.hasPrefix("records: held; ") == true, "\(outcome.output)")
      #expect(lines.contains { $0.hasPrefix("numbers: held; ") && $0.hasSuffix("to the byte") })
      // sft from its start and from step 6; exo from its start and from steps 2 and 4, two seeds.
      #expect(
        lines.contains("bytes: held; 8 training steps, 4 samples and their scores made again"),
        "\(outcome.output)")
      #expect(try Self.tree(place.run) == before)
    }

    private static func tree(_ url: URL) throws -> [String: String] {
      var found: [String: String] = [:]
      for path in try Folder.files(below: url) {
        found[path] = try SHA256.hex(ofFile: url.appending(path: path))
      }
      return found
    }

    /// Each with the level that finds it and the words that name it.
    @Test func whatWasChangedIsNamed() throws {
      let place = try made()
      func change(_ path: String, _ old: String, _ new: String) throws -> Data {
        let file = place.run.appending(path: path)
        let data = try Data(contentsOf: file)
        let text = String(decoding: data, as: UTF8.self)
        let spot = try #require(text.range(of: old), "\(path)")
        try Data(text.replacingCharacters(in: spot, with: new).utf8).write(to: file)
        return data
      }
      let evaluation = place.run.appending(path: "evaluation.json")
      let record = try RecordFile.read(EvaluationRecord.self, from: evaluation)
      let kl = try #require(record.measurements.first { $0.name == "kl" && $0.subject != "sft" })
      let value = try #require(kl.value)
      let edits: [(path: String, old: String, new: String, words: String)] = [
        ("evaluation.json", "\(value)", "\(value * 1.1)", "numbers: NOT held"),
        (
          "evaluation.json", "\(value)", "\(value * 1.1)",
          "kl of \(kl.subject) against sft is \(value * 1.1)"
        ),
        ("samples.jsonl", "\"reward\":", "\"reward\":1", "samples.jsonl: sample 0 of sft to "),
        ("report.html", "trained on", "trained in", "report.html: line "),
        (
          "exo/seed-1/steps.jsonl", "\"step\":2", "\"step\":3",
          "steps.jsonl: has changed since the stage"
        ),
        (
          "recipe.yaml", "batch: 8", "batch: 9",
          "recipe.yaml: is not the one that provenance.json names"
        ),
      ]
      for edit in edits {
        let original = try change(edit.path, edit.old, edit.new)
        let outcome = try verify(place, "run")
        #expect(outcome.status == 1, "\(edit) \(outcome.errors)")
        #expect(outcome.output.contains(edit.words), "\(edit): \(outcome.output)")
        try original.write(to: place.run.appending(path: edit.path))
      }
    }

    /// A run that was measured has everything that its numbers and hashes rest on.
    @Test func whatIsGoneOrDamagedIsNamed() throws {
      let place = try made()
      let journals = try Folder.files(below: place.run).filter {
        $0.hasPrefix("evaluation/") && $0.hasSuffix("/samples.jsonl")
      }
      let journal = try #require(journals.last)
      let key = journal.replacing("samples.jsonl", with: "samples-key.json")
      for (path, words) in [
        (journal, "\(journal): is missing, and evaluation.json is made of it"),
        (key, "\(key): is missing; it has the hashes of what lies beside it"),
        ("exo/seed-0/done.json", "exo/seed-0/done.json: is missing; it has the hashes"),
      ] {
        let file = place.run.appending(path: path)
        let before = try Data(contentsOf: file)
        try FileManager.default.removeItem(at: file)
        let found = try verify(place, "run")
        #expect(found.status == 1, "\(path)")
        #expect(found.output.contains(words), "\(path): \(found.output)")
        try before.write(to: file)
      }
      // Neither the last checkpoint nor the recipe's own text, but what both stand for.
      for (path, words) in [
        ("sft/checkpoints/step-000006/model.safetensors", "checkpoint of step 6: "),
        ("resolved.json", "resolved.json: is not what recipe.yaml comes to"),
      ] {
        let file = place.run.appending(path: path)
        let before = try Data(contentsOf: file)
        var changed = before
        let digit = try #require(changed.lastIndex { (0x30...0x39).contains($0) })
        changed[digit] = changed[digit] == 0x31 ? 0x32 : 0x31
        try changed.write(to: file)
        let found = try verify(place, "run")
        #expect(found.status == 1, "\(path)")
        #expect(found.output.contains(words), "\(path): \(found.output)")
        try before.write(to: file)
      }
      #expect(try verify(place, "run").status == 0)
    }

    /// Costs, and keys of work, differ from one making to the next, and vouch for themselves.
    @Test func aChangedDigitOfWhatNoOtherRecordHashesIsNamed() throws {
      let place = try made()
      let loose = try Folder.files(below: place.run).filter { path in
        path.hasSuffix("costs.jsonl") || path.hasSuffix("-key.json")
      }
      #expect(loose.contains("costs.jsonl") && loose.contains("evaluation/costs.jsonl"))
      #expect(loose.count { $0.hasSuffix("-key.json") } > 2)
      var changes: [(file: String, before: Data)] = []
      for path in loose {
        let file = place.run.appending(path: path)
        let data = try Data(contentsOf: file)
        var changed = data
        let digit = try #require(data.lastIndex { (0x30...0x39).contains($0) })
        changed[digit] = data[digit] == 0x31 ? 0x32 : 0x31
        try changed.write(to: file)
        changes.append((path, data))
      }
      let found = try verify(place, "run")
      #expect(found.status == 1)
      for change in changes.prefix(20) {
        #expect(found.output.contains("  \(change.file): "), "\(change.file)\n\(found.output)")
      }
      for change in changes { try change.before.write(to: place.run.appending(path: change.file)) }
      #expect(try verify(place, "run").status == 0)
    }

    /// Answers of judges, what they rest on, and what nothing else is made of.
    @Test func aChangedLetterOfWhatJudgesSaidIsNamed() throws {
      let place = try Workplace(
        recipe: Self.recipe + "\njudging: {judges: ['reward:synthetic'], prompts: 6, canaries: 1}\n"
      )
      let outcome = try place.complete()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let paths = try Folder.files(below: place.run).filter { path in
        path.hasPrefix("judgments/") || path.hasSuffix("checkpoints/latest")
          || ["judging.json", "overlap.json", "origin.json", "provenance.json"].contains(path)
      }
      for name in ["judgments/ledger.jsonl", "overlap.json", "sft/checkpoints/latest"] {
        #expect(paths.contains(name), "\(name) of \(paths)")
      }
      #expect(paths.count { $0.hasSuffix("/against-sft.jsonl") } == 2)
      for path in paths {
        let file = place.run.appending(path: path)
        let before = try Data(contentsOf: file)
        // A key, and what stands under one.
        let letters = before.indices.filter { (0x61...0x79).contains(before[$0]) }
        try #require(letters.count > 3, "\(path)")
        for index in [letters[letters.count / 3], letters[letters.count - 1]] {
          var changed = before
          changed[index] += 1
          try changed.write(to: file)
          let found = try verify(place, "run")
          #expect(found.status == 1, "\(path) \(index)")
          #expect(found.output.contains("  \(path): "), "\(path): \(found.output)")
        }
        try before.write(to: file)
      }
      #expect(try verify(place, "run").status == 0)
    }

    @Test func aRenamedCopyHolds() throws {
      let place = try made()
      let copy = place.url.appending(path: "an & other")
      try FileManager.default.copyItem(at: place.run, to: copy)
      let found = try verify(place, "an & other")
      #expect(found.status == 0, "\(found.output)")
      #expect(
        found.output.contains("report.html to the byte, made when the run was named run\n"),
        "\(found.output)")
      // A page that says something else is found in a copy, too.
      let page = copy.appending(path: "report.html")
      let text = try String(contentsOf: page, encoding: .utf8)
      try text.replacingOccurrences(of: "trained on", with: "trained in")
        .write(to: page, atomically: true, encoding: .utf8)
      #expect(try verify(place, "an & other").output.contains("report.html: line "))
    }

    @Test func capsuleHoldsAndAChangedOneIsNamed() throws {
      let place = try made()
      let plumb = Engine.binary.deletingLastPathComponent().appending(path: "plumb")
      let process = Process()
      process.executableURL = plumb
      process.arguments = ["capsule", "run", "-o", "run.tar", "--quiet"]
      process.currentDirectoryURL = place.url
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let outcome = try verify(place, "run.tar", "--run", "run")
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      for level in ["records", "numbers", "bytes"] {
        #expect(outcome.output.contains("\(level): held; "), "\(outcome.output)")
      }
      var data = try Data(contentsOf: place.url.appending(path: "run.tar"))
      #expect(data.range(of: Data(place.url.path.utf8)) == nil)
      // A digit of a measurement, and a brace, without which the record cannot be read.
      for (old, byte) in [("\"value\" : 0.", UInt8(ascii: "7")), ("\"policies\" : [", 0x20)] {
        let spot = try #require(data.range(of: Data(old.utf8)))
        let changed = byte == 0x20 ? spot.upperBound - 1 : spot.upperBound + 2
        let before = data[changed]
        data[changed] = before == byte ? UInt8(ascii: "3") : byte
        try place.write("changed.tar", data)
        data[changed] = before
        let found = try verify(place, "changed.tar")
        #expect(found.status == 1)
        #expect(found.output.hasPrefix("records: NOT held; "), "\(found.output)")
        #expect(
          found.output.contains(/\n  evaluation\.json: bytes \d+–\d+, lines? \d+(–\d+)? changed\n/),
          "\(found.output)")
        #expect(found.output.contains("numbers: NOT held"), "\(found.output)")
      }
    }

    @Test func stepThatComesOutOtherwiseIsNamed() throws {
      let place = try made()
      // The seal vouches for the journal: a run that is consistent in itself and was not computed.
      let steps = place.run.appending(path: "exo/seed-0/steps.jsonl")
      let text = try String(contentsOf: steps, encoding: .utf8)
      let lines = text.split(separator: "\n").map(String.init)
      let loss = try #require(lines[2].firstMatch(of: /"loss":([0-9.]+)/)).1
      try Data(text.replacing("\"loss\":\(loss)", with: "\"loss\":0.125").utf8).write(to: steps)
      let outcome = try verify(place, "run")
      #expect(outcome.status == 1)
      #expect(
        outcome.output.contains("exo/seed-0/steps.jsonl: step 3: loss is 0.125, made again \(loss)")
      )
    }
  }
}
