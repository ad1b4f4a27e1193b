import Foundation
import Glibc

/// Where a run's numbers come from: a fixed list of facts, and no others.
///
/// There is no environment, no user and no host name in it, and the home directory in arguments
/// becomes `~`: a run directory can be published as it is.
public struct Provenance: SealedRecord, Sendable, Equatable {
  /// The machine, as far as it can change numbers.
  public struct Machine: Codable, Sendable, Equatable {
    public var system: String
    public var kernel: String
    public var processor: String
    /// Processors that this process may use.
    public var cores: Int
    /// Only when asked for.
    public var host: String?
  }

  /// Version of Plumb.
  public var version: String
  /// The command line that started the run, without the program's path.
  public var arguments: [String]
  public var machine: Machine
  /// Threads of a tensor operation.
  public var threads: Int
  /// Processes that made the run together; nil for one, and where nobody wrote it down.
  public var ranks: Int?
  /// Version of libtorch; nil for commands that need none.
  public var libtorch: String?
  /// `cpu`, or the accelerator's name.
  public var device: String
  public var seeds: [Int]
  /// SHA-256 of the recipe file.
  public var recipe: String?
  /// SHA-256 of every data file, by the name that the recipe gives it.
  public var data: [String: String]
  /// Of the file; nil in memory.
  public var digest: String?

  /// - Parameters:
  ///   - arguments: the command line after the program's name.
  ///   - home: the directory that is written as `~` in arguments and data names.
  ///   - namesHost: whether the host name may be recorded.
  public init(
    version: String, arguments: [String], threads: Int, ranks: Int = 1, libtorch: String?,
    device: String, seeds: [Int], recipe: String?, data: [String: String],
    home: String? = ProcessInfo.processInfo.environment["HOME"], namesHost: Bool = false
  ) {
    self.version = version
    self.arguments = arguments.map { Self.hiding(home, in: $0) }
    machine = Machine.current(namesHost: namesHost)
    self.threads = threads
    self.ranks = ranks > 1 ? ranks : nil
    self.libtorch = libtorch
    self.device = device
    self.seeds = seeds
    self.recipe = recipe
    self.data = Dictionary(
      data.map { (Self.hiding(home, in: $0.key), $0.value) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func hiding(_ home: String?, in text: String) -> String {
    guard var home, home.hasPrefix("/") else { return text }
    while home.hasSuffix("/") { home.removeLast() }
    guard !home.isEmpty else { return text }
    var hidden = ""
    var rest = text[...]
    while let range = rest.range(of: home) {
      // `/home/ann` must not match in `/home/anna`.
      let next = rest[range.upperBound...].first
      let isWhole = next.map { !($0.isLetter || $0.isNumber || "-_.".contains($0)) } ?? true
      hidden += rest[..<range.lowerBound] + (isWhole ? "~" : home)
      rest = rest[range.upperBound...]
    }
    return hidden + rest
  }
}

extension Provenance.Machine {
  /// The machine that this process runs on.
  public static func current(namesHost: Bool = false) -> Self {
    var names = utsname()
    uname(&names)
    let kernel = withUnsafeBytes(of: names.release) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let system =
      field("PRETTY_NAME", separator: "=", of: "/etc/os-release")?
      .trimmingCharacters(in: CharacterSet(charactersIn: "\"")) ?? "Linux"
    return Self(
      system: system, kernel: kernel,
      processor: field("model name", separator: ":", of: "/proc/cpuinfo") ?? "unknown",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      host: namesHost ? RunLock.hostName() : nil)
  }

  /// The value in the first line `name<separator>value` of a file of the system.
  private static func field(_ name: String, separator: Character, of path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: separator, maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }
}
