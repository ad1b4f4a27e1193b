import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

@Suite struct DataFileTests {
  @Test func `a whole value is read, with its place where it is wrong`() throws {
    let folder = try TemporaryFolder()
    let good = try folder.write("good.json", "{\"a\": [1, 2.5, null]}\n").path
    let value = try DataFile.json(good)
    #expect(value.object?["a"]?.array?.count == 3)
    #expect(try DataFile.bytes(good).count == 22)
    let bad = try folder.write("bad.json", "{\n\"a\": }").path
    #expect(
      message { _ = try DataFile.json(bad) }
        == "\(bad):2:6 — expected a value, found '}' — correct the file, or copy it again")
    #expect(
      message { _ = try DataFile.bytes(folder.url.path + "/none") }
        == "\(folder.url.path)/none: no such file; check the path")
  }

  @Test func `values are written on one line and read back`() throws {
    let text = #"{"a": [1, -2.5, null, true], "b": "x\"\n\u0001é", "c": {}}"#
    let value = try JSONParser.parse(Array(text.utf8))
    #expect(JSONText.line(value) == text)
    #expect(JSONText.line(.number(.infinity)) == "null")
    #expect(JSONText.line(.array([])) == "[]")
  }
}
