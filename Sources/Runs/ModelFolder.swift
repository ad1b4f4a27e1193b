import Foundation

/// Where a model lies that people name: in a folder, or, by its name on the Hugging Face hub, in that
/// hub's cache on this machine. The cache is only read, and nothing is fetched.
public enum ModelFolder {
  /// - Parameters:
  ///   - name: a path, or `organisation/model`. A path that exists wins; that of a run's stage means the
  ///     newest checkpoint, of its first seed.
  ///   - base: the folder that a relative path starts from; the working folder where it is nil.
  /// - Returns: the path's folder, there or not, or that of the newest download.
  /// - Throws: ``RunError`` for a name that is neither, and for a folder that holds an adapter alone.
  public static func find(
    _ name: String, from base: URL? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(RunError) -> URL {
    let path = URL(fileURLWithPath: name, relativeTo: base)
    if FileManager.default.fileExists(atPath: path.path) {
      try refuseAdapter(path)
      return try newestCheckpoint(ofStage: path) ?? path
    }
    // `./gpt2` may be a name of one word, written with the slash by which recipes tell a folder.
    let name = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    guard isHubName(name) else { return path }
    let cache = cache(environment)
    if let snapshot = snapshot(of: name, in: cache) {
      try refuseAdapter(snapshot)
      return snapshot
    }
    // One word may be a folder that was misspelt; two with a slash are what the hub's names look like.
    guard name.contains("/") else { return path }
    throw .invalidFile(
      path: name,
      problem: "is no folder here and not in the Hugging Face cache (\(cache.path)); "
        + "download it with: hf download \(name)")
  }

  /// Whether a name can be one of the hub: one or two words of letters, digits, `.`, `_` and `-`.
  public static func isHubName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= 2
      && parts.allSatisfy { part in
        part.first.map { $0.isASCII && ($0.isLetter || $0.isNumber) } == true
          && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
      }
  }

  // MARK: The cache

  static func cache(_ environment: [String: String]) -> URL {
    func folder(_ variable: String) -> URL? {
      guard let value = environment[variable], !value.isEmpty else { return nil }
      return URL(fileURLWithPath: (value as NSString).expandingTildeInPath, isDirectory: true)
    }
    if let cache = folder("HF_HUB_CACHE") ?? folder("HUGGINGFACE_HUB_CACHE") { return cache }
    let home =
      folder("HF_HOME") ?? folder("XDG_CACHE_HOME")?.appending(path: "huggingface")
      ?? (folder("HOME") ?? FileManager.default.homeDirectoryForCurrentUser)
      .appending(path: ".cache/huggingface")
    return home.appending(path: "hub")
  }

  /// `models--organisation--model/refs/main` says which of its `snapshots` is meant.
  ///
  /// - Parameter kind: `models` or `datasets`.
  static func snapshot(of name: String, in cache: URL, kind: String = "models") -> URL? {
    let folder = cache.appending(path: "\(kind)--" + name.replacing("/", with: "--"))
    guard
      let reference = try? BoundedFile.read(folder.appending(path: "refs/main"), atMost: 4096)
    else { return nil }
    let commit = String(decoding: reference, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard isHubName(commit), !commit.contains("/") else { return nil }
    let snapshot = folder.appending(path: "snapshots/\(commit)", directoryHint: .isDirectory)
    return FileManager.default.fileExists(atPath: snapshot.path) ? snapshot : nil
  }

  // MARK: Adapters

  private struct Adapter: Decodable {
    var base: String?
    var task: String?

    enum CodingKeys: String, CodingKey {
      case base = "base_model_name_or_path"
      case task = "task_type"
    }
  }

  private static func refuseAdapter(_ folder: URL) throws(RunError) {
    let file = folder.appending(path: "adapter_config.json")
    let files = FileManager.default
    guard files.fileExists(atPath: file.path),
      !files.fileExists(atPath: folder.appending(path: "config.json").path)
    else { return }
    let adapter = try? JSONDecoder().decode(
      Adapter.self, from: BoundedFile.read(file, atMost: 4 << 20))
    let kind = adapter?.task == "SEQ_CLS" ? "SequenceClassification" : "CausalLM"
    throw .invalidFile(
      path: folder.path,
      problem: "is a PEFT (LoRA) adapter"
        + (adapter?.base.map { " for \($0.onOneLine)" } ?? "")
        + " and no whole model; merge it: python -c \"from peft import AutoPeftModelFor\(kind) as M; "
        + "from transformers import AutoTokenizer as T; "
        + "M.from_pretrained('IN').merge_and_unload().save_pretrained('OUT'); "
        + "T.from_pretrained('IN').save_pretrained('OUT')\"")
  }
}
