import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct ModelFolderTests {
  private let place: TemporaryFolder

  init() throws { place = try TemporaryFolder() }

  private func write(_ text: String, to path: String) throws {
    let url = place.url.appending(path: path)
    try Folder.make(url.deletingLastPathComponent())
    try Data(text.utf8).write(to: url)
  }

  private func find(_ name: String, _ environment: [String: String] = [:]) throws -> String {
    let home = place.url.appending(path: "home").path
    return try ModelFolder.find(
      name, from: place.url, environment: environment.merging(["HOME": home]) { own, _ in own }
    ).path
  }

  @Test(arguments: [
    ("hub", ["HF_HUB_CACHE": "hub"]), ("hub", ["HUGGINGFACE_HUB_CACHE": "hub"]),
    ("hf/hub", ["HF_HOME": "hf"]), ("x/huggingface/hub", ["XDG_CACHE_HOME": "x"]),
    ("home/.cache/huggingface/hub", [:]), ("home/.cache/huggingface/hub", ["HF_HOME": ""]),
  ])
  func `a name of the hub is looked up in its cache`(
    _ cache: String, _ variables: [String: String]
  ) throws {
    let environment = variables.mapValues { $0.isEmpty ? "" : place.url.appending(path: $0).path }
    for name in ["acme/tiny", "tiny"] {
      let folder = "\(cache)/models--\(name.replacing("/", with: "--"))"
      try write("abc\n", to: "\(folder)/refs/main")
      try write("{}", to: "\(folder)/snapshots/abc/config.json")
      #expect(
        try find(name, environment)
          == place.url.appending(path: "\(folder)/snapshots/abc").path)
    }
    // A path that is there wins.
    try write("{}", to: "acme/tiny/config.json")
    #expect(try find("acme/tiny", environment) == place.url.appending(path: "acme/tiny").path)
  }

  @Test func `the folder of a run's stage means its newest checkpoint`() throws {
    func save(_ path: String, _ step: Int) throws {
      _ = try CheckpointStore(place.url.appending(path: "\(path)/checkpoints")).save(step: step) {
        try Data("{}".utf8).write(to: $0.appending(path: "config.json"))
      }
    }
    try save("run/sft", 5)
    try save("run/sft", 12)
    for seed in [10, 2] { try save("run/dpo/seed-\(seed)", seed) }
    func path(_ below: String) -> String { place.url.appending(path: below).path }
    #expect(try find("run/sft") == path("run/sft/checkpoints/step-000012"))
    #expect(try find("run/dpo") == path("run/dpo/seed-2/checkpoints/step-000002"))
    #expect(try find("run/dpo/seed-10") == path("run/dpo/seed-10/checkpoints/step-000010"))
    // A folder of something else stays what it is.
    #expect(try find("run") == path("run"))
    try Data("[]".utf8)
      .write(to: place.url.appending(path: "run/sft/checkpoints/step-000012/config.json"))
    #expect(throws: RunError.self) { try find("run/sft") }
  }

  @Test func `a name of one word may be written with the slash of a folder`() throws {
    try write("abc\n", to: "hub/models--tiny/refs/main")
    try write("{}", to: "hub/models--tiny/snapshots/abc/config.json")
    #expect(
      try find("./tiny", ["HF_HUB_CACHE": place.url.appending(path: "hub").path])
        == place.url.appending(path: "hub/models--tiny/snapshots/abc").path)
  }

  @Test(arguments: [nil, "", "../../..", "def"])
  func `a name that is not in the cache says how to get it`(_ reference: String?) throws {
    let folder = "hf/hub/models--Qwen--Qwen2.5-0.5B"
    if let reference {
      try write(reference, to: "\(folder)/refs/main")
      try write("{}", to: "\(folder)/snapshots/abc/config.json")
    }
    let home = place.url.appending(path: "hf").path
    let error = #expect(throws: RunError.self) {
      try find("Qwen/Qwen2.5-0.5B", ["HF_HOME": home])
    }
    #expect(
      error?.description
        == "Qwen/Qwen2.5-0.5B: is no folder here and not in the Hugging Face cache (\(home)/hub); "
        + "download it with: hf download Qwen/Qwen2.5-0.5B")
  }

  @Test(arguments: ["./a", "../a/b", "a/b/c", "a b/c", "models/.x", "word"])
  func `what is no name of the hub is a path`(_ name: String) throws {
    #expect(
      try find(name) == URL(fileURLWithPath: name, relativeTo: place.url).path)
  }

  @Test func `an adapter's base is found beside it, here, or in the cache`() throws {
    func adapter(_ base: String) throws -> URL {
      try write(
        #"{"peft_type": "LORA", "base_model_name_or_path": "\#(base)"}"#,
        to: "run/adapter/adapter_config.json")
      return place.url.appending(path: "run/adapter")
    }
    func base(_ name: String) throws -> (folder: URL, place: ModelPlace) {
      try ModelFolder.base(
        of: adapter(name), environment: ["HF_HUB_CACHE": place.url.appending(path: "hub").path])
    }
    try write("{}", to: "run/base/config.json")
    let there = place.url.appending(path: "run/base").standardizedFileURL
    for (name, expected) in [("../base", ModelPlace.beside(there)), (there.path, .folder(there))] {
      let found = try base(name)
      #expect(found.folder.path == there.path)
      #expect(found.place.name(from: place.url.appending(path: "run/adapter")) == name)
      #expect(found.place.name(from: place.url) == expected.name(from: place.url))
      #expect(try ModelFolder.body(of: adapter(name)).path == there.path)
      #expect(ModelFolder.isAdapter(try adapter(name)))
    }
    try write("abc", to: "hub/models--acme--tiny/refs/main")
    try write("{}", to: "hub/models--acme--tiny/snapshots/abc/config.json")
    let cached = try base("acme/tiny")
    #expect(cached.folder.path.hasSuffix("snapshots/abc"))
    #expect(cached.place == .hub("acme/tiny"))
    #expect(cached.place.name(from: place.url) == "acme/tiny")

    let missing = #expect(throws: RunError.self) { try base("acme/other") }
    #expect(
      missing?.problem.hasPrefix(
        "is a PEFT adapter, and its base model acme/other is no folder here and not in the Hugging "
          + "Face cache") == true)
    // A whole model may have an adapter beside it, and an adapter the shape of its base.
    let folder = try adapter("../base")
    try write("{}", to: "run/adapter/config.json")
    #expect(ModelFolder.isAdapter(folder))
    try write("", to: "run/adapter/model.safetensors")
    #expect(!ModelFolder.isAdapter(folder))
    #expect(try ModelFolder.body(of: folder) == folder)
  }
}
