import Testing

/// One after the other: each waits in its thread for requests that need another one of the pool.
@Suite(.serialized) enum ServingSuites {}
