import Command
import Foundation
import Report

/// A plan as files that other programs carry out.
extension RunPlan {
  /// - Throws: ``CommandError`` where a run's folder has a name that these programs cannot take.
  func text(as format: PlanRequest.Schedule) throws -> String {
    switch format {
    case .make: try makefile()
    case .snakemake: try snakefile()
    case .slurm: slurmScript()
    }
  }

  /// Where the others note what is done, relative to where they run.
  private func stamps() throws -> String {
    let folder = output ?? "runs/\(run.url.lastPathComponent)"
    guard ShellWord.isPlainPath(folder) else {
      throw CommandError.badValue(
        option: "--output", value: folder,
        expected: "a folder of letters, digits and ._-/@+, alone, as make and snakemake need it")
    }
    return "\(folder)/.plan"
  }

  /// What is said at the top: what it is, and how it is used.
  private func heading(_ use: String) -> [String] {
    let count = open.count
    let after =
      end == .run ? "then measuring and reporting" : "then the selection's choice"
    return [
      "# \(count) training\(count == 1 ? "" : "s") that \(count == 1 ? "is" : "are") left of "
        + "\(Self.comment(recipe)), \(after).",
      "# \(use)",
    ]
  }

  /// A job in words.
  private func comment(_ job: Job) -> String {
    var words = [Self.comment(job.training.label)]
    if let seconds = job.seconds {
      words.append("about \(Numeral.plain(Numeral.duration(seconds: seconds)))")
    }
    if job.memory > 0 { words.append(Numeral.plain(Numeral.bytes(Int(min(job.memory, 1e18))))) }
    return "# " + words.joined(separator: ", ") + "."
  }

  // MARK: make

  private func makefile() throws -> String {
    let stamps = try stamps()
    func stamp(_ place: Int) -> String { "\(stamps)/\(jobs[place].training.fileName)" }
    func words(_ words: [String]) -> String {
      "$(PLUMB) " + ShellWord.line(words).replacing("$", with: "$$")
    }
    var lines =
      heading("make -j4 -f FILE, with as many at once as have room.") + [
        "PLUMB ?= plumb", "", ".PHONY: all",
      ]
    let last = (["all:"] + open.map { stamp($0.place) }).joined(separator: " ")
    lines += [last, "\t\(words(lastCommand))"]
    if end == .selection {
      let next = "\(stamps)/following.mk"
      lines += [
        "\t@mkdir -p \(stamps)", "\t\(words(planCommand("make"))) > \(next)",
        "\t+$(MAKE) -f \(next)",
      ]
    }
    for (place, job) in open {
      let needs = waits(place).map { " " + stamp($0) }.joined()
      lines += [
        "", comment(job), "\(stamp(place)):\(needs)", "\t@mkdir -p \(stamps)",
        "\t\(words(command(for: job)))", "\t@touch $@",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Snakemake

  private func snakefile() throws -> String {
    let stamps = try stamps()
    func stamp(_ place: Int) -> String { "\"\(stamps)/\(jobs[place].training.fileName)\"" }
    func shell(_ words: [String]) -> String {
      // Braces are Snakemake's own, and a string of JSON is one of Python.
      let text = (" " + ShellWord.line(words)).replacing("{", with: "{{").replacing("}", with: "}}")
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      let string = (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
      return "    shell: PLUMB + \(string)"
    }
    func resources(_ memory: Double) -> [String] {
      memory > 0 ? ["    resources: mem_mb=\(Self.megabytes(memory))"] : []
    }
    var lines =
      heading("snakemake -s FILE -j4") + [
        "import os", "", "PLUMB = os.environ.get(\"PLUMB\", \"plumb\")", "", "rule all:",
        "    input: \"\(stamps)/\(lastName)\"", "", "rule last:",
      ]
    let inputs = open.map { stamp($0.place) }
    lines += inputs.isEmpty ? [] : ["    input: \(inputs.joined(separator: ", "))"]
    lines += ["    output: touch(\"\(stamps)/\(lastName)\")", "    threads: \(threads)"]
    lines += resources(memory) + [shell(lastCommand)]
    for (place, job) in open {
      let needs = waits(place).map(stamp)
      lines += ["", comment(job), "rule job\(place):"]
      if !needs.isEmpty { lines.append("    input: \(needs.joined(separator: ", "))") }
      lines += ["    output: touch(\(stamp(place)))", "    threads: \(threads)"]
      lines += resources(job.memory) + [shell(command(for: job))]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Of what notes that the plan is carried out; no training has it.
  private var lastName: String { end == .run ? ".run" : ".selection" }

  // MARK: Slurm

  private func slurmScript() -> String {
    var lines =
      ["#!/bin/sh"]
      + heading("sh FILE, with what every sbatch is to be told after it, as --partition=cpu.") + [
        "set -eu", "",
      ]
    func submit(_ name: String, _ title: String, after: [Int], memory: Double, _ words: [String]) {
      var options = [
        "--parsable", "--job-name=\(title)", "--cpus-per-task=\(threads)",
      ]
      if memory > 0 { options.append("--mem=\(Self.megabytes(memory))M") }
      var line = "\(name)=$(sbatch \(ShellWord.line(options)) \"$@\""
      if !after.isEmpty {
        let jobs = after.map { ":$j\($0)" }.joined()
        line += " --kill-on-invalid-dep=yes --dependency=\"afterok\(jobs)\""
      }
      lines += [
        line + " <<'END'", "#!/bin/sh", "exec \"${PLUMB:-plumb}\" \(ShellWord.line(words))", "END",
        ")",
      ]
    }
    for (place, job) in open {
      lines.append(comment(job))
      submit(
        "j\(place)", job.training.fileName, after: waits(place), memory: job.memory,
        command(for: job))
    }
    submit(
      "last", end == .run ? "run" : "selection", after: open.map(\.place), memory: memory,
      lastCommand)
    lines.append("echo \"the last job is $last\"")
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Words

  /// What a program may take, from what is foretold: a tenth more, in whole megabytes.
  private static func megabytes(_ bytes: Double) -> Int {
    Int((min(bytes, 1e18) * 1.1 / 1e6).rounded(.up))
  }

  /// A name in a comment, which a backslash at its end would not end.
  private static func comment(_ name: String) -> String { name.replacing("\\", with: "/") }
}
