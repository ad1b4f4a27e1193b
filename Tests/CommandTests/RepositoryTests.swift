import Foundation
import Testing

@Suite(.enabled(if: Repository.isCheckout)) struct RepositoryTests {
  /// Written in two parts, so that this file does not name what it forbids.
  private static let forbidden = [
    "/ro" + "ot/", "/wo" + "rk/", "/fa" + "rm/", "/opt/wh" + "eels", "py" + "pi.org",
    "pythonh" + "osted", "download.py" + "torch", "packages.swift" + "package",
  ]

  private static func mentions(in text: String) -> [String] {
    forbidden.filter(text.contains)
  }

  @Test func `no tracked file names a machine's folder or a package index`() throws {
    let files = try Repository.trackedFiles()
    #expect(files.contains("Package.swift"))
    for file in files {
      let url = Repository.root.appending(path: file)
      // A tracked file may have been deleted in the working tree.
      guard let data = FileManager.default.contents(atPath: url.path) else { continue }
      guard data.count < 1 << 20, !data.contains(0) else { continue }
      let found = RepositoryTests.mentions(in: String(decoding: data, as: UTF8.self))
      #expect(found.isEmpty, "\(file) names \(found.joined(separator: ", "))")
    }
  }

  @Test func `a machine's folder would be found`() {
    #expect(RepositoryTests.mentions(in: "see /ro" + "ot/notes") == ["/ro" + "ot/"])
  }

  @Test func `the top level holds what the architecture lists, and dotfiles`() throws {
    let allowed: Set = [
      "Package.swift", "Sources", "Tests", "benchmarks", "prompts", "reports", "README.md",
      "Makefile", "LICENSE",
    ]
    let names = try Repository.trackedFiles().compactMap { path in
      path.split(separator: "/").first.map(String.init)
    }
    let others = Set(names).filter { !$0.hasPrefix(".") }.subtracting(allowed)
    #expect(others.isEmpty)
  }
}
