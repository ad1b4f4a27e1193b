import Foundation

/// Where a model lies that people name: in a folder, or, by its name on the Hugging Face hub, in that
/// hub's cache on this machine. The cache is only read, and nothing is fetched.
public enum ModelFolder {
  /// - Parameters:
  ///   - name: a path, or `organisation/model`. A path that exists wins; that of a run's stage means the
  ///     newest checkpoint, of its first seed.
  ///   - base: the folder that a relative path starts from; the working folder where it is nil.
  /// - Returns: the path's folder, there or not, or that of the newest download.
  /// - Throws: ``RunError`` for a name that is neither.
  public static func find(
    _ name: String, from base: URL? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(RunError) -> URL {
    let path = URL(fileURLWithPath: name, relativeTo: base)
    if FileManager.default.fileExists(atPath: path.path) {
      return try newestCheckpoint(ofStage: path) ?? path
    }
    // `./gpt2` may be a name of one word, written with the slash by which recipes tell a folder.
    let name = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    guard isHubName(name) else { return path }
    let cache = cache(environment)
    if let snapshot = snapshot(of: name, in: cache) { return snapshot }
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

  /// The files that make a folder an adapter's, as PEFT calls them.
  public static let adapterSettings = "adapter_config.json"
  public static let adapterWeights = "adapter_model.safetensors"

  /// Whether a folder holds an adapter, and no whole model.
  public static func isAdapter(_ folder: URL) -> Bool {
    func has(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }
    // Some programs put the base model's shape beside it.
    return has(adapterSettings)
      && !(has("config.json") && (has("model.safetensors") || has("model.safetensors.index.json")))
  }

  /// The folder whose `config.json` and, unless an adapter has a tokenizer of its own, tokenizer are
  /// a model's: itself, or that of an adapter's base.
  public static func body(of folder: URL) throws(RunError) -> URL {
    try isAdapter(folder) ? base(of: folder).folder : folder
  }

  private struct Adapter: Decodable {
    var base: String?

    enum CodingKeys: String, CodingKey { case base = "base_model_name_or_path" }
  }

  /// The model that an adapter changes. A relative path begins at the adapter's folder, or else at the
  /// working folder.
  ///
  /// - Throws: ``RunError`` where none is named, or it is not here, or is an adapter too.
  public static func base(
    of adapter: URL, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(RunError) -> (folder: URL, place: ModelPlace) {
    let file = adapter.appending(path: adapterSettings)
    let data = try BoundedFile.read(file, atMost: 4 << 20)
    let found = try? JSONDecoder().decode(Adapter.self, from: data)
    guard let name = found?.base, !name.isEmpty else {
      throw .invalidFile(
        path: file.path, problem: "has no base_model_name_or_path; write the base model's folder")
    }
    let (folder, place) = try base(named: name.onOneLine, of: adapter, environment)
    guard !isAdapter(folder) else {
      throw .invalidFile(
        path: file.path,
        problem: "has the base \(name.onOneLine), an adapter itself; merge that first: plumb merge")
    }
    return (folder, place)
  }

  private static func base(
    named name: String, of adapter: URL, _ environment: [String: String]
  ) throws(RunError) -> (folder: URL, place: ModelPlace) {
    func isThere(_ folder: URL) -> Bool {
      FileManager.default.fileExists(atPath: folder.path)
    }
    let own = URL(fileURLWithPath: adapter.path, isDirectory: true)
    let beside = URL(fileURLWithPath: name, relativeTo: own).standardizedFileURL
    if isThere(beside) {
      return (beside, name.hasPrefix("/") ? .folder(beside) : .beside(beside))
    }
    let found: URL
    do throws(RunError) {
      found = try find(name, environment: environment).standardizedFileURL
      guard isThere(found) else { throw .invalidFile(path: name, problem: "is no folder here") }
    } catch {
      guard case .invalidFile(_, let problem) = error else { throw error }
      throw .invalidFile(
        path: adapter.path, problem: "is a PEFT adapter, and its base model \(name) \(problem)")
    }
    let here = URL(fileURLWithPath: name).standardizedFileURL
    return (found, here == found ? .folder(found) : .hub(name))
  }
}
