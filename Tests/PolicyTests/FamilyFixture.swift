import Foundation
import TestSupport

/// A folder of ``Fixtures/families``, which `interop/make_families.py` made, with the numbers that
/// `transformers` has for it.
struct FamilyFixture: Sendable, CustomStringConvertible {
  struct Expected: Decodable {
    struct Greedy: Decodable {
      var prompt: [Int]
      var tokens: [Int]
      var logProbability: Double
    }
    var sequences: [Fixture.Expected.Sequence]
    var greedy: [Greedy]?
  }

  struct Gradients: Decodable {
    /// Of each tensor the norm and the first numbers.
    var gradients: [String: [Double]]?
  }

  let name: String

  var description: String { name }
  var folder: URL { Self.home.appending(path: name) }
  private var file: URL { folder.appending(path: "expected.json") }

  var expected: Expected {
    get throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Expected.self, from: Data(contentsOf: file))
    }
  }

  /// Names of tensors are keys here, and stay as they are.
  var gradients: [String: [Double]]? {
    get throws {
      try JSONDecoder().decode(Gradients.self, from: Data(contentsOf: file)).gradients
    }
  }

  /// `$PLUMB_FAMILIES` names another folder that the script filled, with every combination.
  private static let home: URL = {
    if let path = ProcessInfo.processInfo.environment["PLUMB_FAMILIES"] {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "EndToEndTests/Fixtures/families")
  }()

  static let all: [FamilyFixture] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: home.path)) ?? []
    return names.sorted().map { FamilyFixture(name: $0) }
  }()
  static let models = all.filter { !$0.name.hasSuffix("-reward") }
  static let rewards = all.filter { $0.name.hasSuffix("-reward") }
}
