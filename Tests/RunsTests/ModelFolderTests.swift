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

  @Test(arguments: [("CAUSAL_LM", "CausalLM"), ("SEQ_CLS", "SequenceClassification")])
  func `an adapter is refused with what to do`(_ task: String, _ kind: String) throws {
    try write(
      #"{"peft_type": "LORA", "base_model_name_or_path": "acme/tiny", "task_type": "\#(task)"}"#,
      to: "adapter/adapter_config.json")
    let error = #expect(throws: RunError.self) { try find("./adapter") }
    #expect(
      error?.problem
        == "is a PEFT (LoRA) adapter for acme/tiny and no whole model; merge it: python -c \"from peft "
        + "import AutoPeftModelFor\(kind) as M; from transformers import AutoTokenizer as T; "
        + "M.from_pretrained('IN').merge_and_unload().save_pretrained('OUT'); "
        + "T.from_pretrained('IN').save_pretrained('OUT')\"")
    // A whole model may have an adapter beside it.
    try write("{}", to: "adapter/config.json")
    #expect(try find("./adapter") == place.url.appending(path: "adapter").path)
  }
}
