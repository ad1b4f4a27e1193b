import TestSupport
import Testing
import Torch

@Suite struct TorchErrorTests {
  @Test func aFailureOfLibtorchIsItsFirstLine() throws {
    let (row, column) = (try Tensor.ones([1, 2]), try Tensor.ones([3, 1]))
    #expect(
      throws: TorchError.failed(
        operation: "matmul",
        reason: "mat1 and mat2 shapes cannot be multiplied (1x2 and 3x1)")
    ) { try row.matmul(column) }
  }

  @Test func aMessageIsOneLineAndNamesTheOperation() throws {
    let text = message { _ = try Tensor.ones([2]) + Tensor.ones([3]) }
    #expect(text.hasPrefix("add: The size of tensor a (2) must match the size of tensor b (3)"))
    #expect(!text.contains("\n"))
  }

  @Test func laterCallsWorkAfterAFailure() throws {
    #expect(throws: TorchError.self) { try Tensor.ones([2]).reshaped(3) }
    #expect(try Tensor.ones([2]).sum().item() == 2)
  }

  @Test func shapesThatDoNotFitTheirValuesAreRefused() throws {
    #expect(
      message { _ = try Tensor.of([1.0, 2], [3]) } == "tensor: expected 2 elements, found [3]")
    #expect(
      message { _ = try Tensor.ones([2]).item() } == "item: expected one element, found [2]")
    #expect(
      message { _ = try Tensor.ones([2]).sizes("batch", "time") }
        == "sizes: expected [batch, time], found [2]")
  }

  @Test func aDeviceThatDoesNotExistIsNamedWithWhatToDo() throws {
    let count = Libtorch.cudaDevices
    let absent = Device.cuda(count)
    #expect(
      message { try absent.check() }
        == "device cuda:\(count) does not exist here (\(count) CUDA devices); use device: cpu")
    #expect(message { try Device.cpu.check() } == "nothing was thrown")
    #expect(throws: TorchError.self) { try Tensor.ones([1]).moved(to: absent) }
  }

  @Test func devicesAreReadByName() {
    #expect(Device("cpu") == .cpu)
    #expect(Device("cuda") == .cuda(0))
    #expect(Device("cuda:3") == .cuda(3))
    for name in ["cuda:", "cuda:-1", "gpu", "CPU", ""] { #expect(Device(name) == nil, "\(name)") }
    #expect("\(Device.cuda(2))" == "cuda:2")
  }
}
