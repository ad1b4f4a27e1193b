import CTorch

extension Tensor {
  private func reduce(
    _ name: String, _ operation: CTorchReduction, _ dimension: Int, keep: Bool = false
  ) throws(TorchError) -> Tensor {
    try make(name) { ctorch_reduce(operation, $0, Int32(dimension), keep) }
  }

  public func sum() throws(TorchError) -> Tensor { try make("sum") { ctorch_sum_all($0) } }
  public func mean() throws(TorchError) -> Tensor { try make("mean") { ctorch_mean_all($0) } }

  /// Along one dimension, counted from the end where negative; `keep` leaves it with length 1.
  public func sum(_ dimension: Int, keep: Bool = false) throws(TorchError) -> Tensor {
    try reduce("sum", CTorchSum, dimension, keep: keep)
  }
  public func mean(_ dimension: Int, keep: Bool = false) throws(TorchError) -> Tensor {
    try reduce("mean", CTorchMean, dimension, keep: keep)
  }
  public func max(_ dimension: Int, keep: Bool = false) throws(TorchError) -> Tensor {
    try reduce("max", CTorchMax, dimension, keep: keep)
  }
  public func argmax(_ dimension: Int, keep: Bool = false) throws(TorchError) -> Tensor {
    try reduce("argmax", CTorchArgmax, dimension, keep: keep)
  }
  public func all(_ dimension: Int) throws(TorchError) -> Tensor {
    try reduce("all", CTorchAll, dimension)
  }
  public func logSumExp(_ dimension: Int, keep: Bool = false) throws(TorchError) -> Tensor {
    try reduce("log sum exp", CTorchLogSumExp, dimension, keep: keep)
  }
  public func softmax(_ dimension: Int) throws(TorchError) -> Tensor {
    try reduce("softmax", CTorchSoftmax, dimension)
  }
  public func logSoftmax(_ dimension: Int) throws(TorchError) -> Tensor {
    try reduce("log softmax", CTorchLogSoftmax, dimension)
  }
  /// Indices that sort along a dimension; equal elements keep their order.
  public func argsort(_ dimension: Int, descending: Bool = false) throws(TorchError) -> Tensor {
    try make("argsort") { ctorch_argsort($0, Int32(dimension), descending) }
  }
}
