// Tensors: life, contents, arithmetic, reductions, shape.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>


#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include <mutex>
#include <stdexcept>

#include "Guard.h"
#include "Parallel.h"

using namespace ctorch;

at::ScalarType ctorch::scalarType(CTorchType type) {
  switch (type) {
    case CTorchFloat32: return at::kFloat;
    case CTorchFloat64: return at::kDouble;
    case CTorchBFloat16: return at::kBFloat16;
    case CTorchFloat16: return at::kHalf;
    case CTorchInt64: return at::kLong;
    case CTorchBool: return at::kBool;
    case CTorchInt32: return at::kInt;
  }
  throw std::invalid_argument("unknown element type");
}

at::Device ctorch::deviceOf(int index) {
  return index < 0 ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<int8_t>(index));
}

static at::TensorOptions options(CTorchType type, int device) {
  return at::TensorOptions().dtype(scalarType(type)).device(deviceOf(device));
}

static at::IntArrayRef shape(const int64_t *sizes, int rank) {
  return at::IntArrayRef(sizes, static_cast<size_t>(rank));
}

/// OpenMP ends the process where it cannot start a thread, so that threads are tried before.
static void startable(int count) {
  std::vector<pthread_t> started;
  pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&gate);
  int code = 0;
  started.reserve(std::max(count, 0));
  while (code == 0 && static_cast<int>(started.size()) < count) {
    pthread_t thread;
    code = pthread_create(
        &thread, nullptr,
        [](void *gate) -> void * {
          pthread_mutex_lock(static_cast<pthread_mutex_t *>(gate));
          pthread_mutex_unlock(static_cast<pthread_mutex_t *>(gate));
          return nullptr;
        },
        &gate);
    if (code == 0) started.push_back(thread);
  }
  pthread_mutex_unlock(&gate);
  for (auto thread : started) pthread_join(thread, nullptr);
  if (code != 0)
    throw std::runtime_error(
        "only " + std::to_string(started.size() + 1) + " of " + std::to_string(count + 1) +
        " could be started: " + std::strerror(code) +
        "; lower threads, or raise the limit on memory or processes (ulimit -v, ulimit -u)");
}

const char *ctorch_error(void) { return lastError(); }
const char *ctorch_version(void) { return TORCH_VERSION; }

/// Programs that were built without CUDA's part of libtorch take it where the libtorch that they run with
/// has it and its libraries are there. Loading it registers it, which has to be before libtorch is asked
/// for the first time whether there is CUDA.
static void loadCUDA() {
  static std::once_flag once;
  std::call_once(once, [] { dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL); });
}

int ctorch_cuda_devices(void) {
  return guarded(0, [] {
    loadCUDA();
    return at::hasCUDA() ? static_cast<int>(at::detail::getCUDAHooks().deviceCount()) : 0;
  });
}

int ctorch_threads(void) {
  return guarded(-1, [] { return at::get_num_threads(); });
}

int ctorch_set_threads(int count) {
  return status([&] {
    startable(count - 1);
    at::set_num_threads(count);
    // Started now, and not when memory is shorter.
    inParallel(count, 1, [](int64_t, int64_t) {});
  });
}

const char *ctorch_cpu_capability(void) {
  static std::string capability;
  return guarded("unknown", [] {
    capability = at::get_cpu_capability();
    return capability.c_str();
  });
}

namespace {

bool oneDNNTakesBFloat16() {
  auto found = c10::Dispatcher::singleton().findSchema({"mkldnn::_is_mkldnn_bf16_supported", ""});
  return found && found->typed<bool()>().call();
}

}  // namespace

bool ctorch_has_native_bfloat16(void) {
#if defined(__x86_64__)
  // What the processor can do is not what oneDNN may use: ONEDNN_MAX_CPU_ISA restricts it.
  static const bool native = __builtin_cpu_supports("avx512bf16") && oneDNNTakesBFloat16();
  return native;
#else
  return false;
#endif
}

int ctorch_set_deterministic(bool on) {
  return status([&] {
    at::globalContext().setDeterministicAlgorithms(on, false);
    // Nothing here reads memory that was not written; to fill it would only cost time.
    at::globalContext().setDeterministicFillUninitializedMemory(false);
  });
}

void ctorch_end_in_a_line(void) {
  std::set_terminate([] {
    guarded(0, [] { return std::current_exception() ? (std::rethrow_exception(std::current_exception()), 0) : 0; });
    char line[1100];
    int length = std::snprintf(line, sizeof line, "plumb: a thread of libtorch failed: %s\n", lastError());
    if (write(2, line, std::min<size_t>(length, sizeof line - 1)) < 0) _exit(6);
    _exit(5);
  });
}

CTorchRef ctorch_share(CTorchRef a) {
  return tensor([&] { return of(a); });
}

void ctorch_release(CTorchRef tensor) { delete &of(tensor); }

CTorchRef ctorch_from_data(
    const void *data, CTorchType type, const int64_t *sizes, int rank, int device) {
  return tensor([&] {
    auto made = at::empty(shape(sizes, rank), options(type, -1));
    if (made.numel() > 0) std::memcpy(made.data_ptr(), data, made.nbytes());
    return device < 0 ? made : made.to(deviceOf(device));
  });
}

CTorchRef ctorch_full(
    const int64_t *sizes, int rank, double value, CTorchType type, int device) {
  return tensor([&] { return at::full(shape(sizes, rank), value, options(type, device)); });
}

CTorchRef ctorch_arange(int64_t start, int64_t end, int device) {
  return tensor([&] { return at::arange(start, end, options(CTorchInt64, device)); });
}

int ctorch_copy_out(CTorchRef a, void *data, size_t bytes) {
  return status([&] {
    auto whole = of(a).detach().to(at::kCPU).contiguous();
    if (whole.nbytes() != bytes) throw std::invalid_argument("copy of another size");
    if (bytes > 0) std::memcpy(data, whole.data_ptr(), bytes);
  });
}

int ctorch_rank(CTorchRef a) { return static_cast<int>(of(a).dim()); }

int ctorch_sizes(CTorchRef a, int64_t *sizes) {
  return status([&] {
    auto from = of(a).sizes();
    std::copy(from.begin(), from.end(), sizes);
  });
}

int ctorch_type(CTorchRef a) {
  switch (of(a).scalar_type()) {
    case at::kFloat: return CTorchFloat32;
    case at::kDouble: return CTorchFloat64;
    case at::kBFloat16: return CTorchBFloat16;
    case at::kHalf: return CTorchFloat16;
    case at::kLong: return CTorchInt64;
    case at::kBool: return CTorchBool;
    case at::kInt: return CTorchInt32;
    default: return -1;
  }
}

int ctorch_device(CTorchRef a) {
  return of(a).is_cpu() ? -1 : static_cast<int>(of(a).device().index());
}

CTorchRef ctorch_unary(CTorchUnary op, CTorchRef ref) {
  return tensor([&] {
    auto &a = of(ref);
    switch (op) {
      case CTorchNegate: return at::neg(a);
      case CTorchExp: return at::exp(a);
      case CTorchLog: return at::log(a);
      case CTorchSqrt: return at::sqrt(a);
      case CTorchAbs: return at::abs(a);
      case CTorchSigmoid: return at::sigmoid(a);
      case CTorchLogSigmoid: return at::log_sigmoid(a);
      case CTorchSoftplus: return at::neg(at::log_sigmoid(at::neg(a)));
      case CTorchTanh: return at::tanh(a);
      case CTorchSilu: return at::silu(a);
      case CTorchRelu: return at::relu(a);
      case CTorchNot: return at::logical_not(a);
      case CTorchIsFinite: return at::isfinite(a);
      case CTorchExpm1: return at::expm1(a);
      case CTorchLog1p: return at::log1p(a);
      case CTorchContiguous: return a.contiguous();
      case CTorchDetach: return a.detach();
      case CTorchClone: return a.clone();
      case CTorchGelu: return at::gelu(a);
      case CTorchGeluTanh: return at::gelu(a, "tanh");
    }
    throw std::invalid_argument("unknown operation");
  });
}

CTorchRef ctorch_binary(CTorchBinary op, CTorchRef left, CTorchRef right) {
  return tensor([&] {
    auto &a = of(left);
    auto &b = of(right);
    switch (op) {
      case CTorchAdd: return at::add(a, b);
      case CTorchSubtract: return at::sub(a, b);
      case CTorchMultiply: return at::mul(a, b);
      case CTorchDivide: return at::div(a, b);
      case CTorchMaximum: return at::maximum(a, b);
      case CTorchMinimum: return at::minimum(a, b);
      case CTorchEqual: return at::eq(a, b);
      case CTorchLess: return at::lt(a, b);
      case CTorchLessOrEqual: return at::le(a, b);
      case CTorchGreater: return at::gt(a, b);
      case CTorchAnd: return at::logical_and(a, b);
      case CTorchOr: return at::logical_or(a, b);
      case CTorchMatmul: return at::matmul(a, b);
    }
    throw std::invalid_argument("unknown operation");
  });
}

CTorchRef ctorch_scalar(CTorchBinary op, CTorchRef ref, double scalar, bool reversed) {
  return tensor([&] {
    auto &a = of(ref);
    switch (op) {
      case CTorchAdd: return at::add(a, scalar);
      case CTorchSubtract: return reversed ? at::rsub(a, scalar) : at::sub(a, scalar);
      case CTorchMultiply: return at::mul(a, scalar);
      case CTorchDivide: return reversed ? at::mul(at::reciprocal(a), scalar) : at::div(a, scalar);
      case CTorchMaximum: return at::clamp_min(a, scalar);
      case CTorchMinimum: return at::clamp_max(a, scalar);
      case CTorchEqual: return at::eq(a, scalar);
      case CTorchLess: return reversed ? at::gt(a, scalar) : at::lt(a, scalar);
      case CTorchLessOrEqual: return reversed ? at::ge(a, scalar) : at::le(a, scalar);
      case CTorchGreater: return reversed ? at::lt(a, scalar) : at::gt(a, scalar);
      default: throw std::invalid_argument("no such operation with a number");
    }
  });
}

CTorchRef ctorch_power(CTorchRef a, double exponent) {
  return tensor([&] { return at::pow(of(a), exponent); });
}

CTorchRef ctorch_clamp(CTorchRef a, double low, double high) {
  return tensor([&] { return at::clamp(of(a), low, high); });
}

CTorchRef ctorch_where(CTorchRef mask, CTorchRef a, CTorchRef b) {
  return tensor([&] { return at::where(of(mask), of(a), of(b)); });
}

CTorchRef ctorch_masked_fill(CTorchRef a, CTorchRef mask, double value) {
  return tensor([&] { return at::masked_fill(of(a), of(mask), value); });
}

CTorchRef ctorch_reduce(CTorchReduction op, CTorchRef ref, int dimension, bool keep) {
  return tensor([&] {
    auto &a = of(ref);
    switch (op) {
      case CTorchSum: return at::sum(a, {dimension}, keep);
      case CTorchMean: return at::mean(a, {dimension}, keep);
      case CTorchMax: return at::amax(a, {dimension}, keep);
      case CTorchArgmax: return at::argmax(a, dimension, keep);
      case CTorchLogSumExp: return at::logsumexp(a, {dimension}, keep);
      case CTorchSoftmax: return at::softmax(a, dimension);
      case CTorchLogSoftmax: return at::log_softmax(a, dimension);
      case CTorchAny: return at::any(a, dimension, keep);
      case CTorchAll: return at::all(a, dimension, keep);
    }
    throw std::invalid_argument("unknown reduction");
  });
}

CTorchRef ctorch_sum_all(CTorchRef a) {
  return tensor([&] { return at::sum(of(a)); });
}

CTorchRef ctorch_mean_all(CTorchRef a) {
  return tensor([&] { return at::mean(of(a)); });
}

CTorchRef ctorch_argsort(CTorchRef a, int dimension, bool descending) {
  return tensor([&] { return at::argsort(of(a), true, dimension, descending); });
}

CTorchRef ctorch_reshape(CTorchRef a, const int64_t *sizes, int rank) {
  return tensor([&] { return at::reshape(of(a), shape(sizes, rank)); });
}

CTorchRef ctorch_expand(CTorchRef a, const int64_t *sizes, int rank) {
  return tensor([&] { return of(a).expand(shape(sizes, rank)); });
}

CTorchRef ctorch_transpose(CTorchRef a, int first, int second) {
  return tensor([&] { return at::transpose(of(a), first, second); });
}

CTorchRef ctorch_unsqueeze(CTorchRef a, int dimension) {
  return tensor([&] { return at::unsqueeze(of(a), dimension); });
}

CTorchRef ctorch_squeeze(CTorchRef a, int dimension) {
  return tensor([&] { return at::squeeze(of(a), dimension); });
}

CTorchRef ctorch_narrow(CTorchRef a, int dimension, int64_t start, int64_t length) {
  return tensor([&] { return at::narrow(of(a), dimension, start, length); });
}

CTorchRef ctorch_flip(CTorchRef a, int dimension) {
  return tensor([&] { return at::flip(of(a), {dimension}); });
}

CTorchRef ctorch_concatenate(const CTorchRef *tensors, int count, int dimension) {
  return tensor([&] { return at::cat(list(tensors, count), dimension); });
}

CTorchRef ctorch_stack(const CTorchRef *tensors, int count, int dimension) {
  return tensor([&] { return at::stack(list(tensors, count), dimension); });
}

int ctorch_split(
    CTorchRef a, int dimension, const int64_t *lengths, int count, CTorchRef *parts) {
  return status([&] {
    auto made = at::split_with_sizes(of(a), shape(lengths, count), dimension);
    for (int i = 0; i < count; i++) parts[i] = give(made[static_cast<size_t>(i)]);
  });
}

CTorchRef ctorch_index_select(CTorchRef a, int dimension, CTorchRef index) {
  return tensor([&] { return at::index_select(of(a), dimension, of(index)); });
}

CTorchRef ctorch_gather(CTorchRef a, int dimension, CTorchRef index) {
  return tensor([&] { return at::gather(of(a), dimension, of(index)); });
}

CTorchRef ctorch_convert(CTorchRef a, CTorchType type) {
  return tensor([&] { return of(a).to(scalarType(type)); });
}

CTorchRef ctorch_to_device(CTorchRef a, int device) {
  return tensor([&] { return of(a).to(deviceOf(device)); });
}

int ctorch_write(CTorchRef a, int dimension, int64_t start, CTorchRef source) {
  return status([&] {
    c10::NoGradGuard off;
    at::narrow(of(a), dimension, start, of(source).size(dimension)).copy_(of(source));
  });
}

int ctorch_copy(CTorchRef to, CTorchRef from) {
  return status([&] {
    c10::NoGradGuard off;
    of(to).copy_(of(from));
  });
}
