import Foundation
import Runs

/// Tells models and tokenizers apart by what their folders hold, whatever they are called.
public enum ModelIdentity {
  /// SHA-256 over the names and contents of the files that decide what a model says: its
  /// configuration, its weights, its tokenizer, its chat template.
  ///
  /// - Throws: ``PolicyError`` for a folder with none of them, `RunError` for a file that cannot be
  ///   read.
  public static func of(_ folder: URL) throws -> String {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter(matters)
    } catch {
      throw PolicyError.input(
        "\(folder.path) cannot be read; a model is a folder with config.json, "
          + "model.safetensors and tokenizer.json")
    }
    guard !names.isEmpty else {
      throw PolicyError.input("\(folder.path) holds neither a model nor a tokenizer")
    }
    try CheckpointManifest.hold(folder)
    var parts = try names.sorted().map { name in
      "\(name) \(try FileDigest.of(folder.appending(path: name)))"
    }
    if ModelFolder.isAdapter(folder) {
      // Of its settings what is computed with: where the base lies differs from machine to machine.
      let settings = try AdapterFile(
        reading: folder.appending(path: ModelFolder.adapterSettings)
      ).settings
      parts.append("adapter \(settings.rank) \(settings.scale)")
      parts.append("base \(try of(ModelFolder.base(of: folder).folder))")
    }
    return SHA256.hex(of: parts.joined(separator: "\n"))
  }

  /// The optimiser's state of a checkpoint says nothing.
  private static func matters(_ name: String) -> Bool {
    name == "config.json" || name == "special_tokens_map.json" || name == "chat_template.jinja"
      || name.hasPrefix("tokenizer") || name == "model.safetensors.index.json"
      || (name.hasSuffix(".safetensors") && CheckpointManifest.isOfModel(name))
  }
}
