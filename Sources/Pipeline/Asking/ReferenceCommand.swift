import Command
import Foundation
import Runs

/// `plumb help reference [-o FOLDER]`: the reference pages, which the repository keeps.
public struct ReferenceCommand {
  /// Where the pages go; nil to print them, one after the other.
  let folder: String?
  let console: Console

  public init(folder: String?, console: Console) {
    self.folder = folder
    self.console = console
  }

  public func perform() throws -> ExitCode {
    guard let folder else {
      for page in ReferencePage.all { console.print(page.text) }
      return .success
    }
    let place = URL(filePath: folder, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for page in ReferencePage.all {
      let file = place.appending(path: page.file)
      try AtomicFile.write(Data(page.text.utf8), to: file)
      console.print(file.path)
    }
    return .success
  }
}
