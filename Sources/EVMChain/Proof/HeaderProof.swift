internal import NodeRPC

/// Which fields a chain's headers have, in the order in which they are hashed.
enum HeaderLayout: String, CaseIterable, Sendable {
    /// Go-ethereum's `types.Header`, up to Amsterdam. BSC, Polygon, Arbitrum and the OP Stack hash the same
    /// fields.
    case ethereum
    /// Coreth's `customtypes.HeaderSerializable` (ava-labs/avalanchego, graft/coreth).
    case avalanche

    private static let common: [(HeaderField, Form)] = [
        (.parentHash, .data), (.sha3Uncles, .data), (.miner, .data), (.stateRoot, .data),
        (.transactionsRoot, .data), (.receiptsRoot, .data), (.logsBloom, .data), (.difficulty, .quantity),
        (.number, .quantity), (.gasLimit, .quantity), (.gasUsed, .quantity), (.timestamp, .quantity),
        (.extraData, .data), (.mixHash, .data), (.nonce, .data),
    ]

    private static let ethereumOptional: [(HeaderField, Form)] = [
        (.baseFeePerGas, .quantity), (.withdrawalsRoot, .data), (.blobGasUsed, .quantity),
        (.excessBlobGas, .quantity), (.parentBeaconBlockRoot, .data), (.requestsHash, .data),
        (.blockAccessListHash, .data), (.slotNumber, .quantity),
    ]

    private static let avalancheOptional: [(HeaderField, Form)] = [
        (.baseFeePerGas, .quantity), (.extDataGasUsed, .quantity), (.blockGasCost, .quantity),
        (.blobGasUsed, .quantity), (.excessBlobGas, .quantity), (.parentBeaconBlockRoot, .data),
        (.timestampMilliseconds, .quantity), (.minDelayExcess, .quantity), (.targetExponent, .quantity),
        (.minPriceExponent, .quantity), (.settledHeight, .quantity), (.settledGasUnix, .quantity),
        (.settledGasNumerator, .quantity), (.settledExcess, .quantity),
    ]

    /// Whether its headers may say which blocks they settle.
    var hasSettledFields: Bool { self == .avalanche }

    var required: [(HeaderField, Form)] {
        switch self {
        case .ethereum: Self.common
        case .avalanche: Self.common + [(.extDataHash, .data)]
        }
    }

    /// Fields that came with forks: written up to the last that is there, and an empty string for one left
    /// out before it.
    var optional: [(HeaderField, Form)] {
        switch self {
        case .ethereum: Self.ethereumOptional
        case .avalanche: Self.avalancheOptional
        }
    }
}

/// How a field's hex is written in RLP.
enum Form: Sendable {
    /// Every byte, as many as there are.
    case data
    /// A number without leading zeros.
    case quantity
}

extension AnswerObject where Field == HeaderField {
    /// Fails unless the header's fields give its hash.
    func proveHash(_ layout: HeaderLayout, _ writer: inout RLPWriter) throws(Flaw) {
        let claimed = try bytes32(.hash)
        writer.reset()
        let list = writer.beginList()
        for (field, form) in layout.required { try write(field, form, &writer) }
        let optional = layout.optional
        if let last = optional.lastIndex(where: { has($0.0) }) {
            for (field, form) in optional[...last] {
                if has(field) { try write(field, form, &writer) } else { writer.raw(0x80) }
            }
        }
        writer.endList(list)
        let hash = Keccak256.hash(writer.bytes)
        guard hash == claimed else {
            throw Flaw.unproven(
                "header hash of block \(try unsigned(.number)) over its fields (a fork may have added one)",
                expected: claimed.text, found: hash.text)
        }
    }
}

extension AnswerObject {
    /// Writes a member as RLP.
    @inline(__always)
    func write(_ field: Field, _ form: Form, _ writer: inout RLPWriter) throws(Flaw) {
        let hex = try hex(field)
        switch form {
        case .data: guard writer.data(hex) else { throw flaw(field, "is no whole bytes of hex") }
        case .quantity: guard writer.quantity(hex) else { throw flaw(field, "is no quantity in hex") }
        }
    }
}
