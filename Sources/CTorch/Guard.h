// Exceptions stop here: every entry point of CTorch runs inside `guarded`.
#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "include/CTorch.h"

namespace ctorch {

/// The last failure's words, in memory of its own: to remember that memory is short must not need any.
inline char *lastError() {
  thread_local char message[1024];
  return message;
}

inline void remember(const char *message) {
  // The C++ stack that libtorch appends says nothing to a user; keep the first line.
  size_t length = std::min(std::strcspn(message, "\n"), size_t(1023));
  std::memcpy(lastError(), message, length);
  lastError()[length] = 0;
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
  } catch (const std::bad_alloc &) {
    remember("not enough memory");
  } catch (const std::exception &error) {
    const char *refused = std::strstr(error.what(), "you tried to allocate");
    remember(error.what());
    if (refused && std::strstr(error.what(), "can't allocate memory"))
      std::snprintf(lastError(), 1024, "not enough memory: %.*s",
                    int(std::min(std::strcspn(refused, ".\n"), size_t(200))), refused);
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
