import Foundation
import TestSupport
import Testing

@testable import Corpus

/// Names of files in recipes: paths, patterns, folders, and data sets in the hub's cache.
@Suite struct DataFilesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func make(_ paths: [String]) throws {
    for path in paths {
      let url = folder.url.appending(path: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("{}\n".utf8).write(to: url)
    }
  }

  private func resolve(_ name: String) throws -> [String] {
    try DataFiles.resolve(
      name, base: folder.url, environment: ["HF_HOME": folder.url.appending(path: "home").path]
    ).map { $0.replacingOccurrences(of: folder.url.path + "/", with: "") }
  }

  private func said(_ name: String) -> String {
    do {
      return "\(try resolve(name))"
    } catch let error as DataFiles.Problem {
      return error.text.replacingOccurrences(of: folder.url.path + "/", with: "")
    } catch {
      return "\(error)"
    }
  }

  @Test func `a pattern is its files in the order of their names`() throws {
    try make(["b.jsonl", "a.jsonl", "c.csv", "sub/d.jsonl"])
    #expect(try resolve("*.jsonl") == ["a.jsonl", "b.jsonl"])
    #expect(try resolve("a.jsonl") == ["a.jsonl"])
    // A path that is not there is left to the reader, which says so.
    #expect(try resolve("z.jsonl") == ["z.jsonl"])
    #expect(try resolve("no/such/folder/z.jsonl") == ["no/such/folder/z.jsonl"])
    #expect(said("*.parquet") == "*.parquet matches no file")
  }

  @Test func `a set in parts must be whole`() throws {
    try make(["train-00000-of-00003.parquet", "train-00002-of-00003.parquet"])
    #expect(
      said("train-*.parquet")
        == "part 1 of 3 of train-*.parquet is missing (they count from 0); download it, or name the "
        + "files one by one")
    try make(["train-00001-of-00003.parquet"])
    #expect(try resolve("train-*.parquet").count == 3)
  }

  @Test func `a folder is the one set that it holds`() throws {
    try make([
      "one/README.md", "one/data/train-00000-of-00002.parquet",
      "one/data/train-00001-of-00002.parquet", "one/dataset_infos.json", "two/train.jsonl",
      "two/test.jsonl.gz", "three/notes.md",
    ])
    #expect(
      try resolve("one") == [
        "one/data/train-00000-of-00002.parquet", "one/data/train-00001-of-00002.parquet",
      ])
    #expect(
      said("two")
        == "two holds several sets: test.jsonl.gz, train.jsonl; name one, as in two/test.jsonl.gz")
    #expect(
      said("three")
        == "three is a folder without data files (parquet, jsonl, ndjson, json, csv, tsv, txt)")
  }

  @Test func `a data set of the hub's cache is found by its name`() throws {
    let snapshot = "home/hub/datasets--org--pairs/snapshots/abc"
    try make([
      "\(snapshot)/data/train-00000-of-00001.parquet",
      "\(snapshot)/data/test-00000-of-00001.parquet",
      "\(snapshot)/README.md",
    ])
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "home/hub/datasets--org--pairs/refs"),
      withIntermediateDirectories: true)
    try folder.write("home/hub/datasets--org--pairs/refs/main", "abc\n")
    #expect(
      said("org/pairs")
        == "org/pairs holds several sets: data/test-*.parquet, data/train-*.parquet; name one, as in "
        + "org/pairs/data/test-*.parquet")
    #expect(
      try resolve("org/pairs/data/train-*.parquet") == [
        "\(snapshot)/data/train-00000-of-00001.parquet"
      ])
    #expect(
      try resolve("org/pairs/data/test-00000-of-00001.parquet") == [
        "\(snapshot)/data/test-00000-of-00001.parquet"
      ])
    #expect(
      said("org/pairs/data/valid-*.parquet").hasPrefix(
        "data/valid-*.parquet is not in the download"))
    #expect(
      said("org/other")
        == "org/other is no file here, and org/other is not in the Hugging Face cache (home/hub); "
        + "download it with: hf download org/other --repo-type dataset")
    // What is here wins.
    try make(["org/pairs/mine.jsonl"])
    #expect(try resolve("org/pairs") == ["org/pairs/mine.jsonl"])
  }
}
