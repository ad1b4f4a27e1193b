import Foundation
import TestSupport

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

extension SharedData {
  static let stories: URL? = folder.flatMap { folder in
    let models = folder.appending(path: "tiny-lm")
    if FileManager.default.fileExists(atPath: models.path) { return models }
    print("SKIPPED: tests of stories260K, since ../shared/data/tiny-lm is absent")
    return nil
  }
}
