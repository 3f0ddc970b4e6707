internal import HTTPTypes

extension Route {
    /// Every call there is. `openapi.yaml` says the same to people, and a test holds the two together.
    static let all: [Route] = [
        Route(.put, "/v1/addresses", .scope(.write), bodyLimit: 4 << 20) { try await $0.putAddresses($1) },
        Route(.get, "/v1/addresses", .scope(.read), query: ["chain", "label", "prefix", "after", "limit"]) {
            try await $0.listAddresses($1)
        },
        Route(.get, "/v1/addresses/{chain}/{address}", .scope(.read)) { try await $0.showAddress($1) },
        Route(.delete, "/v1/addresses/{chain}/{address}", .scope(.write)) { try await $0.removeAddress($1) },

        Route(
            .get, "/v1/deposits", .scope(.read),
            query: ["chain", "address", "transaction", "status", "label", "after", "limit"]
        ) { try await $0.listDeposits($1) },
        Route(.get, "/v1/deposits/{id}", .scope(.read)) { try await $0.showDeposit($1) },

        Route(.get, "/v1/events", .scope(.read), query: ["after", "last", "wait", "limit"]) {
            try await $0.listEvents($1)
        },
        Route(
            .get, "/v1/deliveries", .scope(.read),
            query: ["status", "callback", "type", "chain", "from", "to", "after", "limit"]
        ) { try await $0.listDeliveries($1) },
        Route(.get, "/v1/deliveries/{id}", .scope(.read)) { try await $0.showDelivery($1) },
        Route(.post, "/v1/deliveries/replay", .scope(.admin)) { try await $0.replayDeliveries($1) },
        Route(.post, "/v1/deliveries/{id}/retry", .scope(.admin)) { try await $0.retryDelivery($1) },

        Route(.get, "/v1/callbacks", .scope(.read)) { calls, _ in try await calls.listCallbacks() },
        Route(.post, "/v1/callbacks", .scope(.admin), bodyLimit: 64 << 10) { try await $0.makeCallback($1) },
        Route(.get, "/v1/callbacks/{name}", .scope(.read)) { try await $0.showCallback($1) },
        Route(.patch, "/v1/callbacks/{name}", .scope(.admin), bodyLimit: 64 << 10) {
            try await $0.changeCallback($1)
        },
        Route(.delete, "/v1/callbacks/{name}", .scope(.admin), query: ["discard"]) {
            try await $0.removeCallback($1)
        },
        Route(.post, "/v1/callbacks/{name}/rotate", .scope(.admin), query: ["finish"]) {
            try await $0.rotateCallback($1)
        },
        Route(.post, "/v1/callbacks/{name}/test", .scope(.admin)) { try await $0.testCallback($1) },
        Route(.post, "/v1/callbacks/{name}/pause", .scope(.admin)) { try await $0.pauseCallback($1) },
        Route(.post, "/v1/callbacks/{name}/resume", .scope(.admin)) { try await $0.resumeCallback($1) },

        Route(.get, "/v1/chains", .scope(.read)) { calls, _ in try await calls.listChains() },
        Route(.post, "/v1/chains/{chain}/halt", .scope(.admin), bodyLimit: 64 << 10) {
            try await $0.haltChain($1)
        },
        Route(.post, "/v1/chains/{chain}/rewind", .scope(.admin), bodyLimit: 64 << 10) {
            try await $0.rewindChain($1)
        },
        Route(.post, "/v1/chains/{chain}/resume", .scope(.admin)) { try await $0.resumeChain($1) },

        Route(.get, "/.well-known/depositwatch/keys.json", .open) { calls, _ in calls.publicKeys() },
        Route(.get, "/livez", .open) { calls, _ in calls.live() },
        Route(.get, "/readyz", .open) { await $0.ready($1) },
        Route(.get, "/metrics", .scope(.read)) { calls, _ in try await calls.metricsText() },
        Route(.get, "/openapi.yaml", .open) { _, _ in Resource.openapi.response },
        Route(.get, "/", .open) { _, _ in Resource.page.response },
        Route(.get, "/console.css", .open) { _, _ in Resource.style.response },
        Route(.get, "/console.js", .open) { _, _ in Resource.script.response },
        Route(.get, "/words.js", .open) { _, _ in Resource.words.response },
    ]
}
