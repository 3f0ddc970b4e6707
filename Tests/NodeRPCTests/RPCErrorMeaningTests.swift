internal import NodeRPC
internal import Testing

/// Sentences of providers and nodes, as ponder, foundry, ethers, go-ethereum and providers' change logs quote them.
@Suite struct RPCErrorMeaningTests {
    private func meaning(_ message: String, _ code: Int64 = -32_000) -> RPCError.Meaning {
        RPCError(code: code, message: message).meaning
    }

    @Test(arguments: [
        "query returned more than 10000 results. Try with this block range [0x1, 0x2].",
        "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on "
            + "the response size. Based on your parameters, this block range should work: [0x0, 0x7d0]",
        "query exceeds max results 20000, retry with the range 100-200",
        "query exceeds max block range 100000",
        "exceed max block range: 1000", "exceeded max block range",
        "exceeded max allowed block range of 2000",
        "exceed maximum block range 5000", "exceeds maximum allowed block range", "block range too wide",
        "block range is too large", "Block range is too wide", "Max range: 3000",
        "Maximum allowed number of requested blocks is 1000", "eth_getLogs is limited to a 10,000 range",
        "eth_getLogs is limited to 0 - 1024 blocks range", "limited to 5 range",
        "range is too large, max is 1k blocks", "range is too large, max is 10k blocks",
        "ranges over 10000 blocks are not supported on freetier",
        "You can make eth_getLogs requests with up to a 10 block range",
        "maximum [from, to] blocks distance: 2000", "logs matched by query exceeds limit of 10000",
        "backend response too large", "response too large", "batch too large", "request entity too large",
        "batch limit exceeded", "Batch size too large", "batch call limit of 10 exceeded",
        "too many requests in batch", "too many requests in the batch", "batch requests are not supported",
        "Batch of more than 3 requests are not allowed on free tier",
        "You can send up to 10 requests in a batch",
    ])
    func `a request that is too large is told from every other`(message: String) {
        #expect(meaning(message) == .tooMuch)
        #expect(meaning(message.uppercased(), -32_005) == .tooMuch)
    }

    @Test(arguments: [
        "limit exceeded", "Too Many Requests", "daily request count exceeded, request rate limited",
        "project ID request rate exceeded: rate limit", "rate-limited by the upstream",
        "50/second request limit reached - reduce calls per second or upgrade your account",
        "Your app has exceeded its compute units per second capacity. See https://docs.example/throughput",
        "exceeded the quota of your plan", "request was throttled", "Work queue depth exceeded",
    ])
    func `a rate that is too high is told from every other`(message: String) {
        #expect(meaning(message, -32_005) == .tooFast)
        #expect(message == "limit exceeded" || meaning(message) == .tooFast)
    }

    @Test(arguments: [
        "the method debug_traceBlockByHash does not exist/is not available",
        "Method trace_block is not supported",
        "Unsupported method: eth_getBlockReceipts. See available methods", "method is not enabled",
        "trace_block is not available on the Free tier", "this call is available on the Growth plan",
        "rpc method is unsupported",
    ])
    func `a method that is not there is told from every other`(message: String) {
        #expect(meaning(message) == .noSuchMethod)
    }

    @Test(arguments: [
        "execution reverted", "Execution reverted", "execution reverted: 0x08c379a0", "VM execution error.",
        "VM Exception while processing transaction: revert", "out of gas", "invalid jump destination",
        "invalid opcode: opcode 0xfe not defined", "stack underflow (0 <=> 1)", "write protection",
        // The contract chose these words, to be taken for the node's.
        "execution reverted: rate limit exceeded", "execution reverted: response too large",
        "execution reverted: method not supported",
    ])
    func `a contract that fails is told from the node, whatever it says`(message: String) {
        #expect(meaning(message) == .reverted)
    }

    @Test(arguments: [
        "no backend is currently healthy", "header not found", "unknown block",
        "Block not found", "invalid argument 0: hex string has length 2", "Loading block index…", "",
        "missing trie node", "pruned history unavailable",
    ])
    func `what is none of these is left to the family`(message: String) {
        #expect(meaning(message) == .other)
    }

    @Test func `codes speak where words do not`() {
        #expect(meaning("?", 429) == .tooFast)
        #expect(meaning("?", -32_005) == .tooFast)
        #expect(meaning("?", -32_601) == .noSuchMethod)
        #expect(meaning("too many requests", 3) == .reverted)
    }
}
