import Foundation
import Policy
import Torch

let folder = URL(fileURLWithPath: CommandLine.arguments[1])
let model = try Decoder.load(folder)
let reference =
  try JSONSerialization.jsonObject(
    with: Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[2]))) as! [String: Any]
print(reference.keys)
let greedy = reference["greedy"] as? [String: Any]
print(greedy?.keys as Any)
let settings = SamplingSettings(
  temperature: 0, maxTokens: 256, vocabulary: 512, endTokens: [])
let uniform = try Generator(seed: 1, stream: "x").uniform([1, 256])
let start = Date()
let out = try Sampler(model, settings).sample([[1]], count: 1, uniform: uniform)
print(Date().timeIntervalSince(start), out[0][0].tokens.prefix(40), out[0][0].logProbability)
let targets = try Targets.completions(
  [[out[0][0].tokens]], of: [[1]], positions: 512, on: .cpu)
print(try targets.summed(model.logProbabilities(of: targets)).item())
