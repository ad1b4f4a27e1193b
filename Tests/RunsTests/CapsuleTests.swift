import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct CapsuleTests {
  /// A capsule of a small run.
  private static func make(
    in place: TemporaryFolder, omitsTexts: Bool = false
  ) throws -> URL {
    let run = place.url.appending(path: "run")
    try? FileManager.default.removeItem(at: run)
    func write(_ path: String, _ text: String) throws {
      let file = run.appending(path: path)
      try Folder.make(file.deletingLastPathComponent())
      try Data(text.utf8).write(to: file)
    }
    try write("recipe.yaml", "name: run\ndata: {a: {files: /home/ann/set one/rows.jsonl}}\n")
    try write("provenance.json", "{\n  \"arguments\" : [\"run\", \"/home/ann/r.yaml\"]\n}\n")
    try write(
      "dpo/seed-0/steps.jsonl", (0..<40).map { "{\"seq\":\($0),\"step\":\($0)}\n" }.joined())
    try write("dpo/seed-0/checkpoints/step-000002/manifest.json", "{\"digest\":\"x\"}\n")
    try write("dpo/seed-0/checkpoints/step-000002/model.safetensors", "weights")
    try write("judgments/a.jsonl", "{\"reply\":\"see /usr/bin/env\"}\n")
    try write("origin.json", "{}")
    try write(".lock", "")
    let samples = try Journal<SampleRecord>(run.appending(path: "samples.jsonl"))
    try samples.append(
      SampleRecord(
        policy: "sft", prompt: "p", dialogue: "Secret?", index: 0, text: "Yes.", tokens: 2,
        finished: true, logProbability: -1.5, reward: 0.25))
    try samples.sync()
    let folder = place.url.appending(path: "copy/run")
    try? FileManager.default.removeItem(at: folder)
    try Folder.make(folder)
    try Capsule.collect(RunDirectory(run), into: folder, omitsTexts: omitsTexts)
    let file = place.url.appending(path: "\(UUID().uuidString).tar")
    _ = try Capsule.write(
      folder, of: RunDirectory(run), to: file, omitsTexts: omitsTexts, version: "1")
    return file
  }

  @Test func sameRunGivesTheSameBytes() throws {
    let place = try TemporaryFolder()
    let (first, second) = (try Self.make(in: place), try Self.make(in: place))
    #expect(try Data(contentsOf: first) == Data(contentsOf: second))
  }

  @Test func recordsAreInAndWeightsAreNot() throws {
    let place = try TemporaryFolder()
    let capsule = try Capsule(Self.make(in: place))
    #expect(
      capsule.paths == [
        "dpo/seed-0/checkpoints/step-000002/manifest.json", "dpo/seed-0/steps.jsonl",
        "judgments/a.jsonl", "provenance.json", "recipe.yaml", "samples.jsonl",
      ])
    #expect(capsule.changes.isEmpty)
    #expect(capsule.manifest.run == "run")
  }

  @Test func pathsOfTheMachineAreTakenOut() throws {
    let place = try TemporaryFolder()
    let capsule = try Capsule(Self.make(in: place))
    func text(_ path: String) -> String {
      String(decoding: capsule.contents(of: path) ?? Data(), as: UTF8.self)
    }
    #expect(text("provenance.json").contains("[\"run\", \"r.yaml\"]"))
    #expect(!text("recipe.yaml").contains("ann"))
    // What somebody wrote stays as it is.
    #expect(text("judgments/a.jsonl").contains("/usr/bin/env"))
    let rewritten = capsule.manifest.files.filter { $0.original != nil }.map(\.path)
    #expect(rewritten == ["provenance.json", "recipe.yaml"])
  }

  @Test func textsCanBeLeftOutAndNumbersStay() throws {
    let place = try TemporaryFolder()
    let file = try Self.make(in: place, omitsTexts: true)
    let capsule = try Capsule(file)
    let samples = String(decoding: capsule.contents(of: "samples.jsonl") ?? Data(), as: UTF8.self)
    #expect(samples.contains("\"reward\":0.25"))
    #expect(try Data(contentsOf: file).range(of: Data("Secret".utf8)) == nil)
    #expect(!capsule.paths.contains("judgments/a.jsonl"))
  }

  /// Every byte of the archive, one bit turned: headers, padding, manifest and files.
  @Test func everyChangedByteIsFound() throws {
    let place = try TemporaryFolder()
    let original = try Data(contentsOf: Self.make(in: place))
    let changed = place.url.appending(path: "changed.tar")
    var missed: [Int] = []
    for byte in stride(from: 0, to: original.count, by: 7) {
      var data = original
      data[byte] ^= 1
      try data.write(to: changed)
      guard let capsule = try? Capsule(changed) else { continue }
      if capsule.changes.isEmpty { missed.append(byte) }
    }
    #expect(missed == [])
  }

  @Test func changedDigitIsNamedByFileAndPlace() throws {
    let place = try TemporaryFolder()
    var data = try Data(contentsOf: Self.make(in: place))
    let spot = try #require(data.range(of: Data("\"step\":39".utf8)))
    data[spot.upperBound - 1] = UInt8(ascii: "8")
    let file = try place.write("x.tar", data)
    #expect(
      try Capsule(file).changes == [
        "dpo/seed-0/steps.jsonl: bytes 512–819, lines 26–40 changed"
      ])
  }

  @Test func changedManifestIsNamedByItsLines() throws {
    let place = try TemporaryFolder()
    var data = try Data(contentsOf: Self.make(in: place))
    let spot = try #require(data.range(of: Data("\"sha256\" : \"".utf8)))
    data[spot.upperBound] = data[spot.upperBound] == 0x30 ? 0x31 : 0x30
    let file = try place.write("x.tar", data)
    let words = try Capsule(file).changes.first ?? ""
    #expect(
      words.hasPrefix("capsule.json: does not match its own digest; it was changed in lines "))
    #expect(words.contains("which say of dpo/seed-0/checkpoints/step-000002/manifest.json"))
  }

  // MARK: Hostile archives

  /// What refuses an archive, on one line without its path.
  private static func refusal(_ data: Data) throws -> String {
    let place = try TemporaryFolder()
    let file = try place.write("x.tar", data)
    do throws(RunError) {
      _ = try Capsule(file)
      return "taken"
    } catch {
      return error.problem
    }
  }

  /// An archive of others, by Python's tarfile.
  private static func archive(_ body: String) throws -> Data {
    let place = try TemporaryFolder()
    let file = place.url.appending(path: "x.tar")
    let script = """
      tarfile, io, sys = map(__import__, ('tarfile', 'io', 'sys'))
      t = tarfile.open(sys.argv[1], 'w', format=tarfile.USTAR_FORMAT)
      def add(name, data=b'x', **kind):
        i = tarfile.TarInfo(name); i.size = len(data); i.mode = 0o644
        for k, v in kind.items(): setattr(i, k, v)
        t.addfile(i, io.BytesIO(data) if i.isreg() else None)
      \(body)
      t.close()
      """
    let process = try Process.run(
      URL(filePath: "/usr/bin/env"), arguments: ["python3", "-c", script, file.path])
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    // Without the filling up to 10,240 bytes that other programs add.
    var data = try Data(contentsOf: file)
    while data.count > 1536, data.suffix(1536).allSatisfy({ $0 == 0 }) { data.removeLast(512) }
    return data
  }

  @Test(arguments: [
    ("add('../../evil')", "names '../../evil' at byte 0, which leads out of the capsule"),
    ("add('/etc/passwd')", "names '/etc/passwd' at byte 0, which leads out of the capsule"),
    (
      "add('a', b'', type=tarfile.SYMTYPE, linkname='/etc/passwd')",
      "holds a link, 'a'; a capsule holds plain files alone"
    ),
    (
      "add('a', b'', type=tarfile.LNKTYPE, linkname='b')",
      "holds a link, 'a'; a capsule holds plain files alone"
    ),
    (
      "add('a', b'', type=tarfile.CHRTYPE)",
      "holds a device, 'a'; a capsule holds plain files alone"
    ),
    (
      "add('a', b'', type=tarfile.DIRTYPE)",
      "holds a folder, 'a/'; a capsule holds plain files alone"
    ),
    ("add('a', mtime=5)", "byte 146 in the header of 'a' was changed"),
  ])
  func archivesOfOthersAreRefused(body: String, words: String) throws {
    #expect(try Self.refusal(Self.archive(body)) == words)
  }

  @Test func repeatedNamesAreRefused() throws {
    let words = try Self.refusal(Self.own([("a", "x"), ("a", "y")]))
    #expect(words == "holds 'a' twice, the second time at byte 1024")
    #expect(
      try Self.refusal(Self.own([("a", "x"), ("a/b", "y")]))
        == "holds 'a' as a file and as a folder")
  }

  private static func own(_ files: [(String, String)]) throws -> Data {
    var data = Data()
    for (path, text) in files {
      data += TarHeader.bytes(path: path, size: text.utf8.count) + Data(text.utf8)
      data += Data(count: TarHeader.padding(behind: text.utf8.count))
    }
    return data + Data(count: 1024)
  }

  @Test func cutArchivesAndBombsAreRefused() throws {
    let place = try TemporaryFolder()
    let whole = try Data(contentsOf: Self.make(in: place))
    #expect(
      try Self.refusal(whole.prefix(whole.count - 512))
        == "was cut off: one of the two empty blocks at its end is missing")
    #expect(try Self.refusal(whole.prefix(1536)).contains("was cut off inside 'capsule.json'"))
    #expect(try Self.refusal(whole.prefix(100)).hasPrefix("is no whole tar archive: 100 bytes"))
    #expect(
      try Self.refusal(Data([0x1F, 0x8B, 8, 0]) + whole)
        == "is compressed by gzip; plumb capsule writes plain tar, unpack it first")
    #expect(
      try Self.refusal(TarHeader.bytes(path: "a", size: 8_000_000_000) + Data(count: 1024))
        == "was cut off inside 'a': 8000000000 bytes are announced there")
    #expect(try Self.refusal(whole + Data(count: 512)).hasPrefix("holds something behind its end"))
    #expect(
      try Self.refusal(Self.own([("a", "x")]))
        == "is no capsule: its first file is not capsule.json")
  }

  /// Names beyond 100 and beyond 255 bytes, read by Python's tarfile too.
  @Test func longNamesAreKept() throws {
    let place = try TemporaryFolder()
    let names = [
      String(repeating: "a", count: 90) + "/" + String(repeating: "b", count: 90),
      String(repeating: "c", count: 200) + "/" + String(repeating: "d", count: 120),
    ]
    let file = place.url.appending(path: "x.tar")
    try TarArchive.write(names.map { name in (name, { Data("x".utf8) }) }, to: file)
    #expect(try TarArchive(Data(contentsOf: file), path: "x").entries.map(\.path) == names)
    let script =
      "tarfile, sys = map(__import__, ('tarfile', 'sys')); print('\\n'.join(tarfile.open(sys.argv[1]).getnames()))"
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(String(decoding: said, as: UTF8.self) == names.joined(separator: "\n") + "\n")
  }
}

@Suite struct MachinePathsTests {
  private func hidden(_ text: String) -> String? {
    MachinePaths.hidden(in: Data(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func absolutePathsKeepTheirLastPart() {
    #expect(hidden("{\"a\":\"/home/ann/x y/rows.jsonl\"}") == "{\"a\":\"rows.jsonl\"}")
    #expect(hidden("files: /data/sets/a.jsonl  # mine") == "files: a.jsonl  # mine")
    #expect(hidden("[/a/b, /c/d]") == "[b, d]")
    #expect(hidden("\"folder /models/sft\" : \"x\"") == "\"folder sft\" : \"x\"")
  }

  @Test func othersStay() {
    #expect(hidden("url: http://localhost:8000/v1") == nil)
    #expect(hidden("data/rows.jsonl") == nil)
    #expect(hidden("\"nats / token\"") == nil)
    #expect(hidden("\"/n\"") == nil)
    #expect(hidden("\"~/sets/a.jsonl\"") == nil)
  }
}
