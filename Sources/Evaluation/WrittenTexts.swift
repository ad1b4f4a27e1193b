import Foundation
import Runs

/// Texts of an evaluation that its records of samples leave out, from the work that it keeps.
public struct WrittenTexts {
  private let run: RunDirectory

  /// - Parameter run: one that was evaluated.
  public init(_ run: RunDirectory) { self.run = run }

  /// The first completion of each prompt by a policy, be it final or not.
  ///
  /// - Throws: `RunError` for work that cannot be read.
  public func first(of policy: String) throws -> [ByteText: String] {
    let rows = try Journal<SampledChunk>.read(run.evaluationWork(of: policy)).records
      .flatMap(\.prompts)
    return Dictionary(
      rows.compactMap { row in row.samples.first.map { (ByteText(row.prompt), $0.text) } },
      uniquingKeysWith: { earlier, _ in earlier })
  }

  /// What was kept of a policy's samples, a line for a chunk of prompts, with keys as they are spelled now;
  /// empty where nothing was kept.
  ///
  /// - Throws: `RunError` for work that cannot be read.
  public func chunks(of policy: String) throws -> [Data] {
    let url = run.evaluationWork(of: policy)
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    return try Journal<SampledChunk>.lines(of: url)
  }

  /// The best of the first n completions of each prompt's pool; empty where none were kept.
  ///
  /// - Throws: `RunError` for work that cannot be read.
  public func bestOf(_ n: Int, reference: String) throws -> [ByteText: String] {
    let url = run.evaluationWork(of: reference).deletingLastPathComponent()
      .appending(path: "\(BestOfWork.name(keeping: [n])).jsonl")
    guard FileManager.default.fileExists(atPath: url.path) else { return [:] }
    let pools = try Journal<BestOfWork.Chunk>.read(url).records.flatMap(\.pools)
    return Dictionary(
      pools.compactMap { pool in pool.best?["\(n)"].map { (ByteText(pool.prompt), $0) } },
      uniquingKeysWith: { earlier, _ in earlier })
  }
}
