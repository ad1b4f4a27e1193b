import Foundation

/// An adapter of `Fixtures/adapters`, which `interop/make_adapters.py` made, with PEFT's numbers for it.
struct AdapterFixture: Sendable, CustomStringConvertible {
  struct Expected: Decodable {
    var sequences: [Fixture.Expected.Sequence]
    /// After `merge_and_unload`.
    var merged: [Fixture.Expected.Sequence]
  }

  struct Gradients: Decodable {
    /// Of each of the adapter's weights the norm and the first numbers.
    var gradients: [String: [Double]]
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

  /// Names of weights are keys here, and stay as they are.
  var gradients: [String: [Double]] {
    get throws { try JSONDecoder().decode(Gradients.self, from: Data(contentsOf: file)).gradients }
  }

  static let home = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "EndToEndTests/Fixtures/adapters")

  static let all: [AdapterFixture] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: home.path)) ?? []
    return names.sorted().map { AdapterFixture(name: $0) }
  }()
}
