import Foundation
import Glibc

/// The weights of a checkpoint directory, in one file or several, as one set of named tensors.
public struct SafetensorsFolder: Sendable {
  /// In the order of their names.
  public let files: [SafetensorsFile]
  /// Names in the order of files and of data in them.
  public let names: [String]
  private let homes: [String: SafetensorsFile]

  /// Metadata of the first file; writers put the same into all.
  public var metadata: [String: String] { files.first?.metadata ?? [:] }

  /// Opens `<stem>.safetensors`, or the files of `<stem>.safetensors.index.json`.
  ///
  /// Pickle files are refused: reading one can run any program.
  ///
  /// - Parameter stem: `model`, or `adapter_model` for adapters.
  public static func open(
    _ directory: URL, stem: String = "model"
  ) throws(RunError) -> SafetensorsFolder {
    let single = directory.appending(path: "\(stem).safetensors")
    let index = directory.appending(path: "\(stem).safetensors.index.json")
    if access(single.filePath, F_OK) == 0 {
      return try SafetensorsFolder(files: [try SafetensorsFile(single)])
    }
    guard access(index.filePath, F_OK) == 0 else { throw try absence(directory, stem) }
    return try SafetensorsFolder(index: index)
  }

  private init(files: [SafetensorsFile]) throws(RunError) {
    var homes: [String: SafetensorsFile] = [:]
    for file in files {
      for name in file.names {
        if let other = homes.updateValue(file, forKey: name) {
          throw .invalidFile(
            path: file.url.filePath,
            problem: "tensor \(name.quoted) is also in \(other.url.lastPathComponent.quoted)")
        }
      }
    }
    self.files = files
    self.homes = homes
    names = files.flatMap(\.names)
  }

  private init(index url: URL) throws(RunError) {
    let index = try SafetensorsIndex(url)
    let folder = url.deletingLastPathComponent()
    var files: [SafetensorsFile] = []
    for name in index.files { files.append(try SafetensorsFile(folder.appending(path: name))) }
    try self.init(files: files)
    for (name, file) in index.shards.sorted(by: { $0.key < $1.key }) {
      guard homes[name]?.url.lastPathComponent == file else {
        throw .invalidFile(
          path: url.filePath,
          problem: "places tensor \(name.quoted) in \(file.quoted), which does not hold it")
      }
    }
    if let stranger = names.first(where: { index.shards[$0] == nil }) {
      throw .invalidFile(
        path: url.filePath, problem: "does not name tensor \(stranger.quoted) of its files")
    }
  }

  private static func absence(_ directory: URL, _ stem: String) throws(RunError) -> RunError {
    let path = directory.filePath
    let pickle = try FileSystem.entries(of: path).first { name in
      [".bin", ".pt", ".pth", ".ckpt"].contains { name.hasSuffix($0) }
        && name != "training_args.bin"
    }
    guard let pickle else {
      return .invalidFile(
        path: path, problem: "holds neither \(stem).safetensors nor \(stem).safetensors.index.json")
    }
    return .invalidFile(
      path: path,
      problem: "holds its weights in \(pickle.quoted), a pickle that can run any program when "
        + "read; convert it where you trust it: python -c \"from transformers import "
        + "AutoModelForCausalLM as M; M.from_pretrained('IN').save_pretrained('OUT')\"")
  }

  /// Type, shape and place of a tensor; nil where there is none of that name.
  public subscript(name: String) -> SafetensorsFile.Entry? { homes[name]?.tensors[name] }

  /// The file that holds a tensor.
  public func file(of name: String) -> SafetensorsFile? { homes[name] }

  /// As ``SafetensorsFile/read(_:into:)``.
  public func read(
    _ name: String, into buffer: UnsafeMutableRawBufferPointer
  ) throws(RunError) {
    try home(of: name).read(name, into: buffer)
  }

  /// As ``SafetensorsFile/withBytes(of:_:)``.
  public func withBytes<Value>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Value
  ) throws -> Value {
    try home(of: name).withBytes(of: name, body)
  }

  private func home(of name: String) throws(RunError) -> SafetensorsFile {
    guard let file = homes[name] else {
      let folder = files.first?.url.deletingLastPathComponent().filePath ?? ""
      throw .invalidFile(path: folder, problem: "has no tensor \(name.quoted)")
    }
    return file
  }
}
