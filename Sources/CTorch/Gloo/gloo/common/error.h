// What libtorch's header of its process group names of Gloo, declared here because its wheel carries no
// header of Gloo's. Only pointers to these types are held; nothing of them is made or called here.
#pragma once

#include <chrono>

namespace gloo {
constexpr std::chrono::milliseconds kNoTimeout{-1};
}
