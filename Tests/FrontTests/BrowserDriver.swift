import Foundation
import Testing

/// A page in headless Chromium, driven by `Fixtures/browser.py`.
enum BrowserDriver {
  /// Where a Chromium is, or nil; said aloud once.
  static let chromium: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let names = ["chromium", "chromium-browser", "google-chrome"]
    let found = names.lazy.flatMap { name in path.split(separator: ":").map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    if found == nil {
      print("SKIPPED: no Chromium on the path, the page of plumb annotate was not driven")
    }
    return found
  }()

  struct Findings: Decodable, Equatable {
    var requests: [String]
    var violations: Int

    private enum CodingKeys: String, CodingKey { case requests, violations }

    init(requests: [String], violations: Int) {
      self.requests = requests
      self.violations = violations
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      requests = try fields.decode([String].self, forKey: .requests)
      violations = try fields.nestedUnkeyedContainer(forKey: .violations).count ?? 0
    }
  }

  /// Performs steps as the script describes them.
  ///
  /// - Parameter steps: names with texts; `size` and `choose` take JSON lists instead.
  /// - Returns: what was looked at, as JSON, and what the page did that it must not.
  static func perform(
    _ steps: [(String, String)], in folder: URL
  ) throws -> (looks: [String], findings: Findings) {
    let lines = try steps.map { name, value in
      let json =
        ["size", "choose", "dark"].contains(name)
        ? value : String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
      return "{\"\(name)\": \(json)}"
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", Program.fixtures.appending(path: "browser.py").path, try #require(chromium),
      folder.path,
    ]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(
      contentsOf: Data("[\(lines.joined(separator: ",\n"))]".utf8))
    try input.fileHandleForWriting.close()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    var looks = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    let last = looks.removeLast()
    return (looks, try JSONDecoder().decode(Findings.self, from: Data(last.utf8)))
  }
}
