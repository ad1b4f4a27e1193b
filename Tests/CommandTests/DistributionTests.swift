import Foundation
import TestSupport
import Testing

@testable import Command

/// What is given away: that its parts agree, and that installing and removing leave what they say.
@Suite(.enabled(if: Repository.isCheckout)) struct DistributionTests {
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  static func run(
    _ words: [String], in folder: URL = Repository.root, _ environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment
      .filter { !["LIBTORCH", "ARROW", "PLUMB_TORCH", "DESTDIR", "PREFIX"].contains($0.key) }
      .merging(environment) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    let words = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: words, as: UTF8.self))
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Repository.root.appending(path: path), encoding: .utf8)
  }

  @Test func `make install lists every program of the package, and dist carries the version`()
    throws
  {
    let package = try Self.text("Package.swift")
    let programs = package.matches(of: /\.executable\(name: "([^"]+)"/).map { String($0.output.1) }
    #expect(programs.count >= 2)
    let install = try Self.run(["make", "-n", "install", "DESTDIR=/stage", "PREFIX=/opt/x"])
    #expect(install.status == 0, "\(install.errors)")
    for program in programs {
      #expect(install.output.contains("/stage/opt/x/lib/plumb/\(program)"), "\(program)")
    }
    let dist = try Self.run(["make", "-n", "dist"])
    #expect(dist.output.contains("plumb-\(Plumb.version)-linux-"), "\(dist.output)")
    // Parquet's library goes with them where it is built.
    #expect(package.contains("name: \"PlumbParquet\", type: .dynamic"))
    #expect(try Self.text(".setup/stage").contains("libPlumbParquet.so"))
  }

  @Test func `every script is one for its shell`() throws {
    let scripts = try Repository.trackedFiles().filter { $0.hasPrefix(".setup/") }
    var shells: [String: Int] = [:]
    for path in scripts {
      guard let text = try? Self.text(path), text.hasPrefix("#!/bin/") else { continue }
      let shell = text.hasPrefix("#!/bin/sh") ? "sh" : "bash"
      shells[shell, default: 0] += 1
      let checked = try Self.run([shell, "-n", path])
      #expect(checked.status == 0, "\(path): \(checked.errors)")
    }
    #expect((shells["sh"] ?? 0) >= 3)
  }

  @Test func `versions of libtorch and Arrow stand in one place each`() throws {
    for (owner, name) in [("libtorch.py", "libtorch"), ("arrow.py", "pyarrow")] {
      let text = try Self.text(".setup/\(owner)")
      let version = try #require(text.firstMatch(of: /VERSION = "([0-9.]+)"/)).output.1
      for path in try Repository.trackedFiles()
      where (path.hasPrefix(".setup/") || path == "Makefile") && path != ".setup/\(owner)" {
        let other = try Self.text(path)
        #expect(!other.contains(version), "\(path) names \(name) \(version)")
      }
    }
  }

  @Test func `set-up knows the package of every library that the programs link`() throws {
    let setup = try Self.text(".setup/installed/setup")
    let image = try Self.text(".setup/Dockerfile")
    let modules = try Repository.trackedFiles().filter { $0.hasSuffix("module.modulemap") }
    var linked: [String] = []
    for path in modules {
      linked += try Self.text(path).matches(of: /link "([^"]+)"/).map { String($0.output.1) }
    }
    // OpenSSL's other half comes with the same package.
    #expect(
      Set(linked).isSuperset(of: ["yaml", "pcre2-8", "z", "zstd", "lzma", "curl", "sqlite3"]))
    for library in linked {
      let line = setup.split(separator: "\n").first {
        $0.contains("lib\(library)") && $0.contains(".so")
      }
      let package = try #require(line?.firstMatch(of: /echo (\S+)/)?.output.1, "\(library)")
      #expect(image.contains(package), "\(package) is missing in the image")
    }
  }

  // MARK: Installing

  /// What `.setup/stage` lays out, with scripts for programs.
  private func tree(in folder: TemporaryFolder, doctor: String = "libtorch 2") throws -> URL {
    let own = "tree/lib/plumb"
    for program in ["plumb", "plumb-engine"] {
      try folder.write(
        "\(own)/\(program)",
        "#!/bin/sh\ncase $1 in --version) echo plumb 9;; doctor) echo '\(doctor)';; esac\n")
    }
    try folder.write("tree/share/man/man1/plumb.1", "manual")
    for script in ["libtorch.py", "arrow.py", "installed/setup", "installed/install"] {
      let last = script.split(separator: "/").last ?? ""
      let name = last == "install" ? "tree/install" : "\(own)/\(last)"
      try folder.write(name, try Self.text(".setup/\(script)"))
    }
    let tree = folder.url.appending(path: "tree")
    try FileManager.default.createDirectory(
      at: tree.appending(path: "bin"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: tree.appending(path: "bin/plumb").path, withDestinationPath: "../lib/plumb/plumb")
    for name in ["install", "lib/plumb/plumb", "lib/plumb/plumb-engine", "lib/plumb/setup"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: tree.appending(path: name).path)
    }
    try folder.write("torch/lib/libtorch_cpu.so", "")
    return tree
  }

  private func files(_ folder: URL) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
  }

  @Test
  func `installing with a libtorch that is there fetches nothing, and uninstalling leaves nothing`()
    throws
  {
    let folder = try TemporaryFolder()
    let tree = try tree(in: folder)
    let prefix = folder.url.appending(path: "usr")
    let environment = ["PREFIX": prefix.path, "LIBTORCH": folder.url.appending(path: "torch").path]
    let installed = try Self.run([tree.appending(path: "install").path], environment)
    #expect(installed.status == 0, "\(installed.errors)")
    #expect(installed.errors.hasSuffix("install: plumb 9\n"), "\(installed.errors)")
    let found = try files(prefix)
    for name in [
      "bin/plumb", "lib/plumb/.libtorch", "lib/plumb/plumb-engine", "share/man/man1/plumb.1",
    ] {
      #expect(found.contains(name), "\(name)")
    }
    // A newer version that lacks a file takes that one away.
    try FileManager.default.removeItem(at: tree.appending(path: "share/man/man1/plumb.1"))
    let again = try Self.run([tree.appending(path: "install").path], environment)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try !files(prefix).contains("share/man/man1/plumb.1"))
    try folder.write("usr/share/man/man1/other.1", "somebody else's")
    let removed = try Self.run([prefix.appending(path: "lib/plumb/setup").path, "uninstall"])
    #expect(removed.status == 0, "\(removed.errors)")
    #expect(
      try files(prefix) == ["share", "share/man", "share/man/man1", "share/man/man1/other.1"])
  }

  @Test func `a tree for a package is copied to, and nothing is looked for there`() throws {
    let folder = try TemporaryFolder()
    let tree = try tree(in: folder, doctor: "libtorch MISSING: none")
    let stage = folder.url.appending(path: "stage")
    let installed = try Self.run(
      [tree.appending(path: "install").path], ["DESTDIR": stage.path, "PREFIX": "/usr"])
    #expect(installed.status == 0, "\(installed.errors)")
    #expect(try files(stage).contains("usr/lib/plumb/plumb"))
    #expect(try !files(stage).contains("usr/lib/plumb/.libtorch"))
    #expect(
      installed.errors
        == "install: copied to \(stage.path)/usr; where it is used, /usr/lib/plumb/setup finds libtorch\n"
    )
  }

  @Test func `what cannot work is said in a line`() throws {
    let folder = try TemporaryFolder()
    let tree = try tree(in: folder, doctor: "libtorch MISSING: none")
    let install = tree.appending(path: "install").path
    func complaint(_ environment: [String: String], _ words: [String] = []) throws -> String {
      let outcome = try Self.run([install] + words, environment)
      #expect(outcome.status == 1)
      return outcome.errors
    }
    #expect(
      try complaint(["PREFIX": "usr"])
        == "install: PREFIX=usr: write the whole path, from the root\n")
    #expect(
      try complaint([:], ["--now"]).hasPrefix("install: takes no arguments, only PREFIX=…"))
    let prefix = folder.url.appending(path: "usr").path
    #expect(
      try complaint(["PREFIX": prefix, "LIBTORCH": tree.path]).contains(
        "LIBTORCH=\(tree.path) holds no lib/libtorch_cpu.so; name the `torch` folder"))
    let torch = folder.url.appending(path: "torch").path
    #expect(
      try complaint(["PREFIX": prefix, "LIBTORCH": torch]).contains("setup: libtorch MISSING: none")
    )
    let nowhere = try Self.run([tree.appending(path: "lib/plumb/setup").path, "uninstall"])
    #expect(nowhere.status == 1)
    #expect(nowhere.errors.hasSuffix("is no place that Plumb was installed to\n"))
  }
}
