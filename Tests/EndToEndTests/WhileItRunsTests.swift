import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// What a person sees of a run while it is on, and right after it.
  @Suite struct WhileItRunsTests {
    private static let long = ["--set", "stages.sft.training.steps=100000"]
    private static let plumb = Engine.binary.deletingLastPathComponent().appending(path: "plumb")

    /// `plumb watch` of the run, by the program that users call.
    private func watch(_ place: Workplace) throws -> (status: Int32, output: String, errors: String)
    {
      let process = Process()
      process.executableURL = Self.plumb
      process.arguments = ["watch", "run"]
      process.currentDirectoryURL = place.url
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      let text = try output.fileHandleForReading.readToEnd() ?? Data()
      let words = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (
        process.terminationStatus, String(decoding: text, as: UTF8.self),
        String(decoding: words, as: UTF8.self)
      )
    }

    @Test func `lines say where the whole run is, and its end is a ranking`() throws {
      let place = try Workplace()
      let done = try place.complete()
      #expect(done.status == 0, "\(done.errors)")
      // words, sft, two times candidates and exo, the evaluation.
      let lines = done.errors.split(separator: "\n").filter { $0.hasPrefix("stage ") }
      #expect(!lines.isEmpty, "\(done.errors)")
      let form = #/^stage [1-7] of 7, (time left unknown|about \d+:\d\d left), /#
      #expect(lines.allSatisfy { $0.contains(form) })
      #expect(lines.contains { $0.contains("about ") }, "\(done.errors)")
      #expect(!done.errors.contains("goes on"))
      #expect(
        done.output.hasPrefix(
          "2 methods on 8 prompts, by mean reward, with 95 % intervals\n\nrank  name"))
      #expect(done.output.contains(/\n(Not told apart|The two are told apart) at 95 %/))
      #expect(done.output.hasSuffix("\n\nreport: \(place.run.path)/report.html\n"))
      #expect(done.errors.contains("next: plumb compare run\n"))
      // The same table as plumb compare.
      let compared = Process()
      let pipe = Pipe()
      compared.executableURL = Self.plumb
      compared.arguments = ["compare", "run"]
      compared.currentDirectoryURL = place.url
      compared.standardOutput = pipe
      try compared.run()
      let found = try pipe.fileHandleForReading.readToEnd() ?? Data()
      let table = String(decoding: found, as: UTF8.self)
      compared.waitUntilExit()
      let ranking = done.output.components(separatedBy: "\n\n").prefix(2).joined(separator: "\n\n")
      #expect(table.hasPrefix(ranking + "\n"), "\(ranking)\n\(table)")
      // Nothing is left of what was said meanwhile.
      #expect(!FileManager.default.fileExists(atPath: place.run.appending(path: ".progress").path))
      let seen = try watch(place)
      #expect(seen.status == 0, "\(seen.errors)")
      #expect(seen.output.hasPrefix("run: finished\n"), "\(seen.output)")
      #expect(seen.output.contains(#/exo seed 1\s+6 /#), "\(seen.output)")
      // Programs get an object in the place of words.
      let json = try Engine.run(Workplace.arguments + ["--json"], in: place.url)
      #expect(json.output == "{\"report\":\"\(place.run.path)/report.html\"}\n")
    }

    @Test func `a run that was stopped is seen to be, and goes on where it says`() throws {
      let place = try Workplace()
      let first = try Engine.Running(Workplace.arguments, in: place.url)
      #expect(first.wait(for: "run/sft/checkpoints/step-000004"))
      first.send(SIGINT)
      let stopped = try first.finish()
      #expect(stopped.status == 130)
      let seen = try watch(place)
      #expect(seen.status == 1, "\(seen.output)\(seen.errors)")
      #expect(seen.output.hasPrefix("stopped at stage 2 of 7: sft "), "\(seen.output)")
      #expect(
        seen.errors
          == "plumb: run: no process is running it, and it is not finished; to go on: plumb run tiny.yaml -o run\n"
      )
      let again = try place.complete()
      #expect(again.status == 0)
      #expect(
        again.errors.contains(/goes on: 1 of 7 stages are done; sft from step \d+\n/),
        "\(again.errors)")
      #expect(
        Workplace.differences(try place.records(), try Undisturbed.shared.get().records).isEmpty)
    }

    /// What lies at an address of this machine; empty where nobody answers.
    private func fetch(_ address: String) throws -> String {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["curl", "-s", "-m", "10", address]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let data = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self)
    }

    @Test func `the page of a run that is on is given to browsers, and says when it stops`() throws
    {
      let place = try Workplace()
      let first = try Engine.Running(
        Workplace.arguments + Self.long + ["--live"], in: place.url)
      #expect(first.wait(for: "run/report.html"))
      let words = try String(contentsOf: place.url.appending(path: "stderr"), encoding: .utf8)
      let address = try #require(words.firstMatch(of: #/live page: (http://127\.0\.0\.1:\d+/)/#)?.1)
      let page = try fetch(String(address))
      #expect(page.contains("<meta http-equiv=\"refresh\" content=\"15\">"), "\(page.prefix(300))")
      #expect(page.contains("<strong>The run is on:</strong> stage "))
      #expect(try fetch(address + "recipe.yaml") == "404 Not Found\n")
      first.send(SIGTERM)
      #expect(try first.finish().status == 143)
      let left = try String(contentsOf: place.run.appending(path: "report.html"), encoding: .utf8)
      #expect(left.contains("The run has stopped before its end."))
      #expect(left.contains("stages.sft.training.steps=100000</code>") && !left.contains("--live"))
      #expect(!left.contains("http-equiv=\"refresh\""))
      #expect(try fetch(String(address)) == "")
    }

    @Test func `whoever looks at a run changes nothing of it`() throws {
      let place = try Workplace()
      let done = try Engine.run(Workplace.arguments + ["--live"], in: place.url)
      #expect(done.status == 0, "\(done.errors)")
      #expect(
        Workplace.differences(try place.records(), try Undisturbed.shared.get().records).isEmpty)
    }

    @Test func `a run that only trains leaves no page`() throws {
      let place = try Workplace()
      // What a killed run left.
      try place.write("run/report.html", "a live page")
      let outcome = try Engine.run(["train", "tiny.yaml", "-o", "run"], in: place.url)
      #expect(outcome.status == 0)
      let page = place.run.appending(path: "report.html").path
      #expect(!FileManager.default.fileExists(atPath: page))
    }
  }
}
