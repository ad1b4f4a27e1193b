import Foundation
import Runs
import TestSupport
import Testing

/// `plumb calibrate`, and what `plumb judge` makes of it.
@Suite(.serialized) struct CalibrateCommandTests {
  /// 40 prompts, the first file's output longer in 30; people label the first 20 and agree with
  /// length in all but `wrong` of them.
  private func withFiles(wrong: Int, _ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      let encoder = JSONEncoder()
      func rows(_ name: String, _ isLong: (Int) -> Bool) throws {
        let rows = (0..<40).map {
          [
            "instruction": "p\($0)", "output": isLong($0) ? "a long one" : "short",
            "generator": name,
          ]
        }
        try encoder.encode(rows).write(to: folder.appending(path: "\(name).json"))
      }
      try rows("one", { $0 % 4 != 0 })
      try rows("two", { $0 % 4 == 0 })
      let labels = (0..<20).map { number -> String in
        let isLong = number % 4 != 0
        let wins = isLong == (number >= wrong)
        let outputs = isLong ? ["a long one", "short"] : ["short", "a long one"]
        return """
          {"id":"\(number)","prompt":"p\(number)","output_a":"\(outputs[0])","output_b":"\(outputs[1])",\
          "model_a":"one","model_b":"two","judge":"Ann","state":"verdict",\
          "preference":\(wins ? 1 : 0),"replies":[]}
          """
      }
      try Data((labels.joined(separator: "\n") + "\n").utf8)
        .write(to: folder.appending(path: "people.jsonl"))
      try body(folder)
    }
  }

  @Test func `a calibration corrects the judge it was made of, and no other`() throws {
    try withFiles(wrong: 4) { folder in
      func run(_ line: String) throws -> Program.Outcome {
        try Program.start(arguments: line.split(separator: " ").map(String.init), in: folder)
      }
      let judging = "judge one.json two.json --judge longer -o out"
      #expect(try run(judging).code == 0)
      let calibrated = try run("calibrate out --human people.jsonl -o c.json")
      #expect(calibrated.code == 0, "\(calibrated.complaint)")
      // 16 of 20 agree: Clopper and Pearson's [56.3, 94.3].
      #expect(
        calibrated.output.hasPrefix(
          """
          longer held against 1 person on 20 comparisons

          agreement      80.0 % [56.3, 94.3]
          """), "\(calibrated.output)")
      // Of 15 won by the longer: p0 is lost by rule and said to be won, p1…p3 the other way.
      #expect(calibrated.output.contains("win              12    0     1"))
      #expect(calibrated.output.contains("loss              3    0     4"))
      let record = try RecordFile.read(
        CalibrationRecord.self, from: folder.appending(path: "c.json"))
      #expect(record.labels.count == 20 && record.raters == 1)
      #expect(record.longerWins?.value == 1 && record.longerWinsByPeople?.value == 0.8)
      let corrected = try run(judging + " --calibration c.json --report page.html")
      #expect(corrected.code == 0, "\(corrected.complaint)")
      #expect(corrected.output.contains("20 prompts that people labelled, by these alone: "))
      #expect(corrected.output.contains("agreement    80.0 % [56.3, 94.3] of labels"))
      let page = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
      #expect(page.contains("value=\"disputed\">people disagree <b>4</b>"))
      #expect(page.contains("disagreement with people</option>"))
      let other = try run(
        "judge one.json two.json --judge shorter -o other --calibration c.json")
      #expect(other.code == 3)
      #expect(
        other.complaint.contains(
          "c.json: is of another judge (other judge's kind); calibrate the judge"),
        "\(other.complaint)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "other").path))
    }
  }

  @Test func `gates pass, fail, or cannot decide, by the interval alone`() throws {
    try withFiles(wrong: 4) { folder in
      func hold(_ line: String, _ requirements: [String], _ expected: Int32) throws {
        let words = line.split(separator: " ").map(String.init)
        let outcome = try Program.start(
          arguments: words + requirements.flatMap { ["--require", $0] }, in: folder)
        #expect(outcome.code == expected, "\(line) \(requirements): \(outcome.complaint)")
      }
      let judging = "judge one.json two.json --judge longer -o out"
      // 30 of 40: [58.8, 87.3].
      try hold(judging, ["win_rate > 0.5"], 0)
      try hold(judging, ["win_rate > 0.6"], 7)
      try hold(judging, ["win_rate > 0.9"], 1)
      try hold(judging, ["win_rate > 0.5", "flip_rate < 0.2"], 0)
      try hold(judging, ["win_rate > 0.6", "flip_rate > 0.2"], 1)
      let calibrating = "calibrate out --human people.jsonl -o c.json"
      try hold(calibrating + " --require-agreement 0.5", [], 0)
      try hold(calibrating + " --require-agreement 0.7", [], 7)
      try hold(calibrating + " --require-agreement 0.95", [], 1)
      // Agreement is known before anything is asked.
      let before = "judge one.json two.json --judge longer -o new --calibration c.json"
      try hold(before + " --require-agreement 0.95", [], 1)
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "new").path))
      // By people's labels the lead is not what it was.
      try hold(before, ["win_rate > 0.5"], 7)
      try hold(before, ["judge_win_rate > 0.5"], 0)
    }
  }

  @Test func `a template that differs by one byte is another judge`() throws {
    try withFiles(wrong: 0) { folder in
      try HostileServer.run(folder) { server in
        func run(_ line: String) throws -> Program.Outcome {
          try Program.start(arguments: line.split(separator: " ").map(String.init), in: folder)
        }
        let template = try String(
          contentsOf: Program.fixtures.appending(path: "../../../prompts/summary.md"),
          encoding: .utf8)
        let file = folder.appending(path: "own.md")
        try Data(template.utf8).write(to: file)
        let judging =
          "judge one.json two.json --judge \(server.judge("ok")) --template ./own.md "
          + "--no-cache --canaries 0 -o "
        #expect(try run(judging + "out").code == 0)
        #expect(try run("calibrate out --human people.jsonl -o c.json").code == 0)
        let requests = try server.events("request").count
        let same = try run(judging + "again --calibration c.json --dry-run")
        #expect(same.code == 0, "\(same.complaint)")
        try Data((template + "\n").utf8).write(to: file)
        let changed = try run(judging + "again --calibration c.json")
        #expect(changed.code == 3 && changed.complaint.contains("(other judge's template)"))
        #expect(try server.events("request").count == requests)
      }
    }
  }

  @Test func `what cannot be calibrated says why`() throws {
    try withFiles(wrong: 0) { folder in
      func complaint(_ line: String) throws -> String {
        let outcome = try Program.start(
          arguments: line.split(separator: " ").map(String.init), in: folder)
        #expect(outcome.code == 3, "\(outcome.output)")
        return outcome.complaint
      }
      _ = try Program.start(
        arguments: "judge one.json two.json --judge longer -o out".split(separator: " ").map(
          String.init), in: folder)
      _ = try Program.start(
        arguments: "judge one.json two.json --judge shorter -o other".split(separator: " ").map(
          String.init), in: folder)
      #expect(
        try complaint("calibrate out other --human people.jsonl -o c.json").contains(
          "was judged by another judge than out (other judge's kind)"))
      #expect(
        try complaint("calibrate one.json --human people.jsonl -o c.json").contains(
          "is no folder of plumb judge and no judged run"))
      let labels = try String(
        contentsOf: folder.appending(path: "people.jsonl"), encoding: .utf8)
      try Data(labels.replacing("\"two\"", with: "\"three\"").utf8)
        .write(to: folder.appending(path: "elsewhere.jsonl"))
      #expect(
        try complaint("calibrate out --human elsewhere.jsonl -o c.json").contains(
          "shares 0 decided comparisons with out"))
      // Judgments of an older version say nothing of the texts.
      let file = folder.appending(path: "out/judgments.jsonl")
      let old = try String(contentsOf: file, encoding: .utf8).replacing(
        "answers_sha256", with: "x")
      try Data(old.utf8).write(to: file)
      #expect(
        try complaint("calibrate out --human people.jsonl -o c.json").contains(
          "give the same plumb judge command once more"))
    }
  }

  // MARK: Drift

  @Test func `old answers are asked again beside new ones, and a changed judge is an alarm`() throws
  {
    try withFiles(wrong: 0) { folder in
      try HostileServer.run(folder) { server in
        func judge(_ mode: String, _ more: String) throws -> Program.Outcome {
          let line =
            "judge one.json two.json --judge \(server.judge(mode)) --canaries 0 --cache c.sqlite "
            + more
          return try Program.start(
            arguments: line.split(separator: " ").map(String.init), in: folder)
        }
        // 20 prompts in both orders, then 40: 40 old answers, a twentieth of which are 2.
        #expect(try judge("ok", "-n 20 -o first").code == 0)
        let whole = try judge("ok", "-o whole")
        #expect(whole.code == 0, "\(whole.complaint)")
        #expect(
          whole.output.contains("drift        2 of 2 old answers are the same when asked again"))
        #expect(try server.events("request").count == 80 + 2)
        let kept = try Data(contentsOf: folder.appending(path: "whole/judgments.jsonl"))
        // Nothing new is to be asked: nobody is.
        let again = try judge("ok", "-o whole")
        #expect(again.code == 0 && !again.output.contains("drift"))
        #expect(try server.events("request").count == 82)
        // The judgments are those of a judging that was never stopped.
        #expect(try judge("ok", "-o fresh --no-cache --recheck 0").code == 0)
        #expect(try Data(contentsOf: folder.appending(path: "fresh/judgments.jsonl")) == kept)
        // Behind the name stands another model by now.
        #expect(try judge("turned-40", "-n 20 -o old").code == 0)
        let changed = try judge("turned-40", "-o new --recheck 0.2 --strict")
        #expect(changed.code == 1, "\(changed.complaint)")
        #expect(
          changed.output.contains("0 of 8 old answers are the same when asked again: the judge"))
        #expect(changed.complaint.contains("--strict was given"))
        let drift = try RecordFile.read(
          DriftRecord.self, from: folder.appending(path: "new/drift.json"))
        #expect(drift.known == 40 && drift.asked == 8 && drift.agreed == 0 && drift.isAlarming)
      }
    }
  }
}
