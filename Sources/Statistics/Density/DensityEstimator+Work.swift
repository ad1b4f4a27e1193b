extension DensityEstimator {
  /// One density along the grid, with its resamples.
  struct Density {
    var values: [Double]
    /// How many draws of weight 1 those near each point are worth. `[grid]`
    var near: [Double]
    /// `[resample · grid]`
    var resampled: [Double]
    /// Of all draws together.
    var effectiveSampleSize: Double
    var largestWeight: Double
    var isWeighted: Bool
    /// How much lies at each point of the grid; less than 1 in all where some lies beside it. `[grid]`
    var mass: [Double]
  }

  /// The draws of all prompts with their kernels.
  struct Work {
    let estimator: DensityEstimator
    let grid: [Double]
    let bandwidth: Double
    /// `[prompt][policy]`
    let rows: [[KernelRows]]
    /// `[prompt][policy][draw]`
    let positions: [[[Double]]]

    /// Every draw of a policy counts once. `[prompt][policy][draw]`
    func equal(of policy: Int) -> [[[Double]]] {
      positions.map { prompt in
        let count = prompt[policy].count
        return [[Double](repeating: 1 / Double(count), count: count)]
      }
    }

    /// - Parameters:
    ///   - weights: of the draws of these policies, summing to 1 for each prompt.
    ///     `[prompt][policy][draw]`
    ///   - isWeighted: they stand for another policy.
    func density(
      of policies: [Int], weights: [[[Double]]], isWeighted: Bool = false
    ) -> Density {
      let points = grid.count
      let share = 1 / Double(positions.count)
      var (values, squares) = ([Double](repeating: 0, count: points), [Double]())
      squares = values
      var mass = values
      var resampled = [Double](repeating: 0, count: estimator.resamples * points)
      var (sizes, largest) = (0.0, 0.0)
      for prompt in positions.indices {
        var part = [Double](repeating: 0, count: estimator.resamples * points)
        var totals = [Double](repeating: 0, count: estimator.resamples)
        for (place, policy) in policies.enumerated() {
          let own = weights[prompt][place].map { $0 * share }
          let kernels = rows[prompt][policy]
          kernels.add(own, to: &values, at: 0)
          kernels.addSquares(own, to: &squares)
          for (position, weight) in zip(positions[prompt][policy], own) {
            sizes += weight * weight
            largest = max(largest, weight)
            let cell = ((position - grid[0]) / (grid[1] - grid[0])).rounded()
            if cell >= 0, cell < Double(points) { mass[Int(cell)] += weight }
          }
          var counted = own
          estimator.resampled(prompt: prompt, policy: policy, count: own.count) { resample, times in
            var total = 0.0
            for index in own.indices {
              counted[index] = own[index] * times[index]
              total += counted[index]
            }
            totals[resample] += total
            kernels.add(counted, to: &part, at: resample * points)
          }
        }
        for resample in 0..<estimator.resamples {
          // Where no draw has a weight, there is no density: 0 over 0.
          let scale = share / totals[resample]
          for place in resample * points..<(resample + 1) * points {
            resampled[place] += part[place] * scale
          }
        }
      }
      return Density(
        values: values,
        near: zip(values, squares).map { $1 > 0 ? $0 * $0 / $1 : 0 }, resampled: resampled,
        effectiveSampleSize: 1 / sizes, largestWeight: largest, isWeighted: isWeighted,
        mass: mass)
    }

    func curve(_ density: Density, over reference: Density) -> DensityRatios.Curve {
      let isThin =
        density.isWeighted
        && (density.effectiveSampleSize < DensityEstimator.wanted || density.largestWeight > 0.5)
      var curve = DensityRatios.Curve(
        ratio: [], low: [], high: [], doubts: [],
        effectiveSampleSize: density.effectiveSampleSize, largestWeight: density.largestWeight,
        told: 0)
      let points = grid.count
      for point in grid.indices {
        var doubt: DensityRatios.Doubt?
        if isThin {
          doubt = .weights
        } else if reference.near[point] < DensityEstimator.near {
          doubt = .reference
        } else if density.near[point] < DensityEstimator.near {
          doubt = .policy
        }
        let interval =
          doubt == nil
          ? estimator.interval(
            (0..<estimator.resamples).map {
              density.resampled[$0 * points + point] / reference.resampled[$0 * points + point]
            }) : nil
        curve.doubts.append(doubt)
        curve.ratio.append(doubt == nil ? density.values[point] / reference.values[point] : nil)
        curve.low.append(interval?.low)
        curve.high.append(interval?.high)
        if doubt == nil { curve.told += density.mass[point] }
      }
      return curve
    }
  }
}
