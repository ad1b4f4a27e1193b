import Command
import Corpus
import Foundation
import Glibc
import Report
import Runs

/// `plumb doctor`: what is installed, which devices there are, what is missing.
struct DoctorCommand {
  private struct Finding: Encodable {
    var name: String
    var value: String
    /// False where Plumb cannot work like this.
    var isRight = true

    private enum CodingKeys: String, CodingKey {
      case name, value
      case isRight = "ok"
    }
  }

  func perform(_ output: Output) throws -> ExitCode {
    let findings = machine + engine
    if output.givesRecords {
      for finding in findings { try output.print(json: finding) }
    } else {
      var table = TextTable([("", .left), ("", .left)])
      for finding in findings {
        table.append([finding.name, (finding.isRight ? "" : "MISSING: ") + finding.value])
      }
      output.print(table)
    }
    return findings.allSatisfy(\.isRight) ? .success : .expectationMissed
  }

  // MARK: The machine

  private var machine: [Finding] {
    let facts = Provenance.Machine.current()
    let flags = Set(Self.field("flags", in: "/proc/cpuinfo").split(separator: " ").map(String.init))
    let wanted = ["avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16"].filter(flags.contains)
    let memory = Self.kibibytes("MemTotal")
    let free = Self.kibibytes("MemAvailable")
    return [
      Finding(name: "plumb", value: Plumb.version),
      Finding(name: "system", value: "\(facts.system), kernel \(facts.kernel)"),
      Finding(
        name: "processor", value: "\(facts.processor), \(facts.cores) cores for this process"),
      Finding(
        name: "instructions",
        value: wanted.isEmpty ? "none of AVX2, AVX-512, AMX" : wanted.joined(separator: ", ")),
      Finding(name: "memory", value: "\(Self.bytes(memory)), \(Self.bytes(free)) available"),
      disk,
      Finding(name: "parquet", value: ParquetLibrary.reader),
    ]
  }

  private var disk: Finding {
    let folder = FileManager.default.currentDirectoryPath
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else {
      return Finding(name: "disk", value: "\(folder): \(String(cString: strerror(errno)))")
    }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    return Finding(name: "disk", value: "\(Self.bytes(free)) free in this folder")
  }

  /// The value of the first line `name : value` of a file; empty where there is none.
  private static func field(_ name: String, in path: String) -> String {
    let data = FileManager.default.contents(atPath: path) ?? Data()
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else {
        continue
      }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }
    return ""
  }

  private static func kibibytes(_ name: String) -> Int {
    let words = field(name, in: "/proc/meminfo").split(separator: " ")
    return (words.first.flatMap { Int($0) } ?? 0) * 1024
  }

  private static func bytes(_ count: Int) -> String {
    Numeral.plain(Numeral.bytes(count))
  }

  // MARK: The engine

  private var engine: [Finding] {
    let program = EngineProgram.expected()
    guard access(program.path, X_OK) == 0 else {
      return [
        Finding(
          name: "plumb-engine", value: FrontError.noEngine(path: program.path).description,
          isRight: false)
      ]
    }
    guard let answer = program.output(of: ["doctor"]) else {
      return [
        Finding(
          name: "plumb-engine",
          value: "\(program.path) does not start; \(Installation.programs) makes it again",
          isRight: false)
      ]
    }
    guard answer.succeeded else {
      let reason =
        answer.complaint.split(separator: "\n").first.map(String.init) ?? "no reason given"
      return [
        Finding(name: "plumb-engine", value: program.path),
        Finding(
          name: "libtorch", value: "\(reason); \(Installation.libtorch) links it again",
          isRight: false),
      ]
    }
    let facts = answer.text.split(separator: "\n").map { line in
      let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
      return Finding(name: parts[0], value: parts.count == 2 ? parts[1] : "")
    }
    return [Finding(name: "plumb-engine", value: program.path)] + facts
  }
}
