import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct SafetensorsFolderTests {
  private func shard(_ name: String, _ tensors: [String], in directory: URL) throws {
    try SafetensorsWriter.write(
      tensors.map { .init(name: $0, dtype: .uint8, shape: [1], data: Data($0.utf8.prefix(1))) },
      to: directory.appending(path: name))
  }

  private func index(_ map: String, in directory: TemporaryFolder) throws {
    try directory.write("model.safetensors.index.json", map)
  }

  private func problem(_ directory: TemporaryFolder) -> String {
    message { _ = try SafetensorsFolder.open(directory.url) }
      .replacingOccurrences(of: directory.url.filePath, with: "DIR")
  }

  @Test func oneFileIsFound() throws {
    let directory = try TemporaryFolder()
    try shard("model.safetensors", ["a", "b"], in: directory.url)
    let folder = try SafetensorsFolder.open(directory.url)
    #expect(folder.names == ["a", "b"])
    #expect(folder.metadata == ["format": "pt"])
    #expect(folder["a"]?.shape == [1])
    #expect(folder["c"] == nil)
    #expect(try folder.withBytes(of: "b") { Array($0) } == [UInt8(ascii: "b")])
    #expect(
      message { try folder.withBytes(of: "c") { _ in } }
        == "\(directory.url.filePath): has no tensor 'c'")
  }

  @Test func shardsAreOneSet() throws {
    let directory = try TemporaryFolder()
    try shard("m-1.safetensors", ["a"], in: directory.url)
    try shard("m-2.safetensors", ["b", "c"], in: directory.url)
    try index(
      #"{"metadata":{"total_size":3,"x":[1e3,true,null,{"y":-2.5}]},"#
        + #""weight_map":{"a":"m-1.safetensors","c":"m-2.safetensors","b":"m-2.safetensors"}}"#,
      in: directory)
    let folder = try SafetensorsFolder.open(directory.url)
    #expect(folder.names == ["a", "b", "c"])
    #expect(folder.file(of: "c")?.url.lastPathComponent == "m-2.safetensors")
    #expect(try folder.withBytes(of: "c") { Array($0) } == [UInt8(ascii: "c")])
  }

  @Test(arguments: [
    (
      #"{"weight_map":{"a":"../m.safetensors"}}"#,
      "file '../m.safetensors': must be a plain name of a file in the same folder"
    ),
    (
      #"{"weight_map":{"a":"/etc/m.safetensors"}}"#,
      "file '/etc/m.safetensors': must be a plain name of a file in the same folder"
    ),
    (#"{"weight_map":{"a":".."}}"#, "file '..': must be a plain name of a file in the same folder"),
    (
      #"{"weight_map":{"a":"m\u0000.safetensors"}}"#,
      "file 'm\\u{0}.safetensors': must be a plain name of a file in the same folder"
    ),
    (
      #"{"weight_map":{"a":"model.safetensors.index.json"}}"#,
      "file 'model.safetensors.index.json': is not named *.safetensors"
    ),
    (#"{"weight_map":{"a":"gone.safetensors"}}"#, "file 'gone.safetensors': is not in the folder"),
    (
      #"{"weight_map":{"a":"link.safetensors"}}"#,
      "file 'link.safetensors': is a link that leads out of the folder; copy the file itself there"
    ),
    (
      #"{"weight_map":{"a":"m.safetensors","a":"m.safetensors"}}"#,
      "byte 35: names tensor 'a' twice"
    ),
    (
      #"{"weight_map":{"a":"m.safetensors"},"weight_map":{}}"#, "byte 49: has two keys 'weight_map'"
    ),
    (#"{"weight_map":{}}"#, "byte 0: has no 'weight_map'"),
    (#"{"metadata":{}}"#, "byte 0: has no 'weight_map'"),
    (#"{"weight_map":{"a":"m.safetensors"}}!"#, "byte 36: goes on after its last '}'"),
    (
      #"{"x":"# + String(repeating: "[", count: 1_000_000),
      "byte 133: nested deeper than 128 levels"
    ),
    (
      #"{"weight_map":{"b":"m.safetensors"}}"#,
      "places tensor 'b' in 'm.safetensors', which does not hold it"
    ),
    (
      #"{"weight_map":{"a":"m.safetensors","c":"n.safetensors"}}"#,
      "does not name tensor 'd' of its files"
    ),
  ])
  func badIndexesAreRefused(map: String, expected: String) throws {
    let outside = try TemporaryFolder()
    try shard("m.safetensors", ["a"], in: outside.url)
    let directory = try TemporaryFolder()
    try shard("m.safetensors", ["a"], in: directory.url)
    try shard("n.safetensors", ["c", "d"], in: directory.url)
    try FileManager.default.createSymbolicLink(
      at: directory.url.appending(path: "link.safetensors"),
      withDestinationURL: outside.url.appending(path: "m.safetensors"))
    try index(map, in: directory)
    #expect(problem(directory) == "DIR/model.safetensors.index.json: \(expected)")
  }

  @Test func aTensorInTwoFilesIsRefused() throws {
    let directory = try TemporaryFolder()
    try shard("m.safetensors", ["a"], in: directory.url)
    try shard("n.safetensors", ["a", "b"], in: directory.url)
    try index(#"{"weight_map":{"a":"m.safetensors","b":"n.safetensors"}}"#, in: directory)
    #expect(problem(directory) == "DIR/n.safetensors: tensor 'a' is also in 'm.safetensors'")
  }

  @Test func linksOfAHuggingFaceCacheAreFollowed() throws {
    let cache = try TemporaryFolder()
    let manager = FileManager.default
    for name in ["blobs", "snapshots/revision"] {
      try manager.createDirectory(
        at: cache.url.appending(path: name), withIntermediateDirectories: true)
    }
    let snapshot = cache.url.appending(path: "snapshots/revision")
    try shard("blobs/5f2e", ["a"], in: cache.url)
    try manager.createSymbolicLink(
      atPath: snapshot.appending(path: "m.safetensors").filePath,
      withDestinationPath: "../../blobs/5f2e")
    try Data(#"{"weight_map":{"a":"m.safetensors"}}"#.utf8)
      .write(to: snapshot.appending(path: "model.safetensors.index.json"))
    #expect(try SafetensorsFolder.open(snapshot).names == ["a"])
  }

  @Test func picklesAreRefusedWithTheWayOut() throws {
    let directory = try TemporaryFolder()
    try directory.write("pytorch_model.bin")
    try directory.write("training_args.bin")
    #expect(
      problem(directory)
        == "DIR: holds its weights in 'pytorch_model.bin', a pickle that can run any program when "
        + "read; convert it where you trust it: python -c \"from transformers import "
        + "AutoModelForCausalLM as M; M.from_pretrained('IN').save_pretrained('OUT')\"")
  }

  @Test func nothingFoundIsSaid() throws {
    let directory = try TemporaryFolder()
    #expect(
      problem(directory)
        == "DIR: holds neither model.safetensors nor model.safetensors.index.json")
    #expect(
      message { _ = try SafetensorsFolder.open(URL(filePath: "/nowhere")) }
        == "/nowhere: cannot list: No such file or directory; check the path")
  }
}
