extension Node {
    /// The nodes of a chain, with a thread of their own for what they send: a node without measure keeps that thread
    /// busy, and other chains are not to wait for it.
    ///
    /// Several at one host and port, told apart by paths that may hold keys, are named by their order: `host:443#2`.
    public static func ofOneChain(_ endpoints: [NodeEndpoint]) -> [Node] {
        let client = HTTPClient()
        let places = Dictionary(grouping: endpoints, by: \.name).mapValues(\.count)
        var ordinals: [String: Int] = [:]
        return endpoints.map { endpoint in
            ordinals[endpoint.name, default: 0] += 1
            guard places[endpoint.name, default: 0] > 1, let ordinal = ordinals[endpoint.name] else {
                return Node(endpoint, client: client)
            }
            return Node(endpoint, name: "\(endpoint.name)#\(ordinal)", client)
        }
    }
}
