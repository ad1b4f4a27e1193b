import Command
import Foundation
import Recipe
import Torch

// The part of Plumb that computes: everything that needs libtorch. The command `plumb` hands over
// to it, so that what needs no tensors starts without loading 400 MB of them.
Libtorch.keepMemory()
let arguments = Array(CommandLine.arguments.dropFirst())
exit(Engine.main(arguments).rawValue)
