extension Bitcoin {
    public var isMainNetwork: Bool { network.chain == "main" }
}
