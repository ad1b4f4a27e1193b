import CTorch

extension Libtorch {
  /// Calls `body` for every index below `count`, each on one of libtorch's threads at the same time;
  /// operations inside run on that thread alone. No gradient is recorded.
  ///
  /// - Parameter body: shares nothing that any of its calls changes.
  /// - Returns: what the calls returned, by index.
  /// - Throws: the error of the lowest index.
  public static func inParallel<Value>(
    _ count: Int, _ body: (Int) throws -> Value
  ) throws -> [Value] {
    let results = UnsafeMutableBufferPointer<Result<Value, any Error>?>.allocate(capacity: count)
    results.initialize(repeating: nil)
    defer {
      results.deinitialize()
      results.deallocate()
    }
    try withoutActuallyEscaping(body) { body in
      let work = Work { index in
        results[index] = Result { try withoutGradient { try body(index) } }
      }
      let status = withExtendedLifetime(work) {
        ctorch_for_each(Int64(count), Unmanaged.passUnretained(work).toOpaque()) {
          Unmanaged<Work>.fromOpaque($0).takeUnretainedValue().run(Int($1))
        }
      }
      guard status == 0 else { throw TorchError.last("threads") }
    }
    return try results.compactMap { try $0?.get() }
  }

  private final class Work {
    let run: (Int) -> Void

    init(_ run: @escaping (Int) -> Void) { self.run = run }
  }
}
