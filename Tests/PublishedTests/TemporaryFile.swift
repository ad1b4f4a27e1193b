import TestSupport

/// A file of the given text, removed when the test ends.
final class TemporaryFile {
  private let folder: TemporaryFolder
  let path: String

  init(_ name: String, _ text: String) throws {
    folder = try TemporaryFolder()
    path = try folder.write(name, text).path
  }
}

/// Several counts as one list, to be compared at once.
func counts(_ values: Int...) -> [Int] { values }
