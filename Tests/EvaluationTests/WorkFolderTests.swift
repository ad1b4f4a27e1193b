import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct WorkFolderTests {
  private struct Chunk: Codable, Equatable { var reward: Int }

  private func complete(
    _ folder: TemporaryFolder, stopsAt stop: Int = 9
  ) throws -> (chunks: [Chunk], made: Int) {
    let work = try WorkFolder(folder.url, id: "p")
    var made = 0
    let found = try work.complete(
      "samples", key: ["a"], chunks: 3, shouldStop: { made == stop },
      make: { index, _ -> Chunk in
        made += 1
        return Chunk(reward: 10 + index)
      })
    return (found.chunks, made)
  }

  @Test func `finished work that was edited since is made again`() throws {
    let folder = try TemporaryFolder()
    let chunks = (0..<3).map { Chunk(reward: 10 + $0) }
    #expect(throws: WorkFolder.Interruption.self) { _ = try complete(folder, stopsAt: 1) }
    let first = try complete(folder)
    #expect(first.chunks == chunks)
    #expect(first.made == 2)
    #expect(try complete(folder).made == 0)
    let rows = "p/samples.jsonl"
    let text = String(decoding: try folder.data(rows), as: UTF8.self)
    try folder.write(rows, text.replacing("11", with: "99"))
    let again = try complete(folder)
    #expect(again.chunks == chunks)
    #expect(again.made == 3)
    #expect(try String(decoding: folder.data(rows), as: UTF8.self) == text)
    try FileManager.default.removeItem(at: folder.url.appending(path: rows))
    #expect(try complete(folder).made == 3)
  }
}
