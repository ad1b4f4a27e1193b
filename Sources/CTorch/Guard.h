// Exceptions stop here: every entry point of CTorch runs inside `guarded`.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstring>
#include <exception>
#include <string>
#include <type_traits>
#include <vector>

#include "include/CTorch.h"

namespace ctorch {

inline std::string &lastError() {
  thread_local std::string message;
  return message;
}

inline void remember(const char *message) {
  // The C++ stack that libtorch appends says nothing to a user; keep the first line.
  std::string text(message);
  auto end = text.find('\n');
  lastError() = end == std::string::npos ? text : text.substr(0, end);
}

inline at::Tensor &of(CTorchRef ref) { return *reinterpret_cast<at::Tensor *>(ref); }

inline CTorchRef give(at::Tensor tensor) {
  return reinterpret_cast<CTorchRef>(new at::Tensor(std::move(tensor)));
}

/// Runs `body`; a thrown exception becomes `failure` and a remembered message.
template <class Body, class Result>
Result guarded(Result failure, Body body) noexcept {
  try {
    return body();
  } catch (const std::exception &error) {
    remember(error.what());
  } catch (...) {
    remember("unknown C++ exception");
  }
  return failure;
}

template <class Body>
CTorchRef tensor(Body body) noexcept {
  return guarded(CTorchRef(nullptr), [&] { return give(body()); });
}

template <class Body>
int status(Body body) noexcept {
  return guarded(-1, [&] {
    body();
    return 0;
  });
}

inline std::vector<at::Tensor> list(const CTorchRef *refs, int count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int i = 0; i < count; i++) tensors.push_back(of(refs[i]));
  return tensors;
}

at::ScalarType scalarType(CTorchType type);
at::Device deviceOf(int index);

}  // namespace ctorch
