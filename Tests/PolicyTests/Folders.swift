import Foundation

/// Checkpoints beside the tests, each with the numbers that `transformers` gets from it.
enum Fixture: String, CaseIterable {
  case gpt2 = "tiny-gpt2"
  case gpt2Classifier = "tiny-gpt2-classifier"
  case llama = "tiny-llama"
  case llamaTied = "tiny-llama-tied"
  case llamaClassifier = "tiny-llama-classifier"

  var folder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "EndToEndTests/Fixtures/\(rawValue)")
  }

  struct Expected: Decodable {
    struct Sequence: Decodable {
      var inputIds: [Int]
      var logProbabilities: [Double]?
      /// After the last token.
      var logits: [Double]?
      var scores: [Double]?
    }
    var sequences: [Sequence]
  }

  var expected: Expected {
    get throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(
        Expected.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
    }
  }
}

/// Public data outside the repository, beside it in `../shared/data`; absent on most machines.
enum SharedData {
  static let stories: URL? = {
    var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while root.path != "/" {
      root.deleteLastPathComponent()
      let folder = root.appending(path: "shared/data/tiny-lm")
      if FileManager.default.fileExists(atPath: folder.path) { return folder }
    }
    print("SKIPPED: tests of stories260K, since ../shared/data/tiny-lm is absent")
    return nil
  }()
}

/// A folder that is removed with its owner.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "plumb-policy-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// With the files of a fixture.
  convenience init(copying fixture: Fixture) throws {
    try self.init()
    for name in try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path) {
      try FileManager.default.copyItem(
        at: fixture.folder.appending(path: name), to: url.appending(path: name))
    }
  }

  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: url.appending(path: name))
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      print("left behind: \(url.path): \(error)")
    }
  }
}
