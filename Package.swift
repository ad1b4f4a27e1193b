// swift-tools-version: 6.0
import Foundation
import PackageDescription

// libtorch lies behind the fixed link `.libtorch` (made by `make setup`): SwiftPM caches the
// evaluated manifest and does not notice a changed environment variable.
let libtorch = "\(Context.packageDirectory)/.libtorch"
// Set-up leaves this mark where every library that libtorch's CUDA part needs can be found.
let hasCUDA = FileManager.default.fileExists(atPath: "\(libtorch)/cuda-runtime")

// Apache Arrow, which reads Parquet, likewise; a build without it refuses such files by name.
let arrow = "\(Context.packageDirectory)/.arrow"
let hasArrow = FileManager.default.fileExists(atPath: "\(arrow)/libparquet.so")

// What is installed finds both behind links beside the programs, and not in this source tree. Such a
// build has a folder of its own (`make programs`), for the same reason as above.
let isRelocatable = Context.environment["PLUMB_RELOCATABLE"] != nil

func searchPath(_ folder: String, in installed: String) -> [String] {
  [
    "-L\(folder)", "-Xlinker", "-rpath", "-Xlinker",
    isRelocatable ? "$ORIGIN/\(installed)" : folder,
  ]
}

let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

let torchLibraries: [LinkerSetting] =
  [
    .unsafeFlags(
      searchPath("\(libtorch)/lib", in: ".libtorch/lib") + ["-Xlinker", "--no-as-needed"]),
    .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
  ] + (hasCUDA && !isRelocatable ? [.linkedLibrary("torch_cuda"), .linkedLibrary("c10_cuda")] : [])

// A library of its own, loaded when the first such file is opened, so that no program links it.
let parquetProducts: [Product] =
  hasArrow ? [.library(name: "PlumbParquet", type: .dynamic, targets: ["ParquetReading"])] : []
let parquetTargets: [Target] =
  hasArrow
  ? [
    .target(
      name: "ParquetReading",
      cxxSettings: [
        .headerSearchPath("../CParquet"),
        .unsafeFlags(["-isystem", "\(arrow)/include", "-Wall", "-Werror"]),
      ],
      linkerSettings: [
        // Its functions are C's, but whoever links it brings Swift's runtime, which is not there.
        .unsafeFlags(
          searchPath(arrow, in: ".arrow") + (isRelocatable ? ["-static-stdlib"] : [])),
        .linkedLibrary("parquet"), .linkedLibrary("arrow"),
      ])
  ] : []

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "plumb",
  products: [
    .executable(name: "plumb", targets: ["plumb"]),
    .executable(name: "plumb-engine", targets: ["plumb-engine"]),
  ] + parquetProducts,
  targets: [
    .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(name: "CParquet"),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .target(
      name: "CTorch",
      cxxSettings: [
        .headerSearchPath("Gloo"),
        .unsafeFlags([
          "-isystem", "\(libtorch)/include",
          "-isystem", "\(libtorch)/include/torch/csrc/api/include", "-Wall", "-Werror",
        ]),
      ],
      linkerSettings: torchLibraries),
    library("Torch", ["CTorch"]),
    library("Recipe", ["CYAML"]),
    library("Runs", ["CCrypto"]),
    library("Statistics"),
    library("Templates"),
    library("HTTP", ["Runs", "CCurl"]),
    library(
      "Corpus", ["Recipe", "Runs", "Templates", "CPCRE2", "CZlib", "CZstd", "CLzma", "CParquet"]),
    library("Published", ["Corpus", "Runs", "Statistics"]),
    library("Policy", ["Torch", "Corpus", "Runs"]),
    library("Training", ["Policy", "Torch", "Corpus", "Statistics", "Runs", "Recipe"]),
    library(
      "Evaluation",
      ["Policy", "Torch", "Corpus", "Judging", "Published", "Statistics", "Runs", "Recipe"]),
    // Links to the files of `prompts`, compiled in so that the program stays one file.
    library(
      "Judging", ["Recipe", "Runs", "Statistics", "HTTP", "CSQLite"],
      resources: [.embedInCode("Templates")]),
    library(
      "Serving",
      ["Command", "Judging", "HTTP", "Policy", "Torch", "Corpus", "Runs", "Recipe"]),
    library("Theory", ["Training", "Policy", "Torch", "Corpus", "Statistics", "Recipe"]),
    // Styles and scripts of pages, compiled in likewise.
    library("Report", ["Runs", "Statistics"], resources: [.embedInCode("Page")]),
    library("Auditing", ["Corpus", "Report", "Runs", "Statistics"]),
    library("Tracking", ["Runs", "CSQLite"]),
    library("Command", ["Runs", "Recipe"]),
    library(
      "Comparing",
      ["Command", "Judging", "HTTP", "Report", "Published", "Corpus", "Statistics", "Runs"]),
    library(
      "Pipeline",
      [
        "Auditing", "Command", "Comparing", "Report", "Serving", "Tracking", "Training",
        "Evaluation", "Judging", "Published", "Policy", "Torch", "Corpus", "Statistics", "Runs",
        "Recipe",
      ]),
    .executableTarget(
      name: "plumb",
      dependencies: [
        "Auditing", "Command", "Comparing", "Report", "Published", "Judging", "Tracking", "Runs",
        "Statistics", "Corpus", "Recipe",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "plumb-engine",
      dependencies: [
        "Pipeline", "Command", "Comparing", "Report", "Serving", "Theory", "Tracking", "Training",
        "Evaluation", "Judging", "Published", "Policy", "Torch", "Corpus", "Runs", "Recipe",
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport", path: "Tests/TestSupport", exclude: ["hostile_server.py"],
      swiftSettings: strict),
    // A server on loopback that speaks engines' requests, with a real model behind it.
    .target(
      name: "EngineDouble", dependencies: ["Policy", "Torch", "Corpus", "Runs"],
      path: "Tests/EngineDouble", swiftSettings: strict),
    tests("TorchTests", ["Torch"]),
    tests("RecipeTests", ["Recipe"]),
    tests("RunsTests", ["Runs"]),
    tests("StatisticsTests", ["Statistics"]),
    tests("TemplatesTests", ["Templates", "Runs"], exclude: ["Fixtures"]),
    tests("HTTPTests", ["HTTP"]),
    tests("CorpusTests", ["Corpus", "Recipe", "Runs"], exclude: ["Fixtures"]),
    tests(
      "PublishedTests", ["Published", "Statistics", "Corpus", "Runs"], exclude: ["Fixtures"]),
    tests("PolicyTests", ["Policy", "Torch", "Corpus", "Runs"]),
    tests("TrainingTests", ["Training", "Policy", "Torch", "Corpus", "Runs", "Recipe"]),
    tests(
      "EvaluationTests",
      [
        "Evaluation", "Report", "Judging", "Published", "Policy", "Torch", "Corpus", "Statistics",
        "Runs",
        "Recipe",
      ]),
    tests("JudgingTests", ["Judging", "HTTP", "Runs", "Statistics"], exclude: ["Fixtures"]),
    tests(
      "ServingTests",
      ["Serving", "EngineDouble", "Judging", "HTTP", "Policy", "Torch", "Corpus", "Runs"]),
    tests("TheoryTests", ["Theory", "Training", "Policy", "Torch", "Statistics", "Recipe"]),
    tests("ReportTests", ["Report", "Judging", "Runs", "Statistics"]),
    tests("AuditingTests", ["Auditing", "Corpus", "Recipe", "Runs", "Statistics"]),
    tests("TrackingTests", ["Tracking", "Runs"]),
    tests("CommandTests", ["Command", "Runs"]),
    tests(
      "PipelineTests",
      [
        "Pipeline", "Serving", "Command", "Tracking", "Evaluation", "Judging", "Training", "Recipe",
        "Runs",
      ]),
    tests(
      "FrontTests", ["plumb", "Command", "Comparing", "Report", "Runs"], exclude: ["Fixtures"]),
    tests(
      "EndToEndTests", ["EngineDouble", "Policy", "Torch", "Corpus", "Runs"],
      exclude: ["Fixtures", "interop"]),
  ] + parquetTargets,
  cxxLanguageStandard: .cxx20
)
