import Foundation
import TestSupport

@testable import Runs

extension TemporaryFolder {
  var names: [String] { (try? FileSystem.entries(of: url.filePath)) ?? [] }
}

/// The id of a process that has ended.
func deadProcess() throws -> Int32 {
  let process = Process()
  process.executableURL = URL(filePath: "/bin/true")
  try process.run()
  process.waitUntilExit()
  return process.processIdentifier
}
