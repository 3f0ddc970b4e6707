internal import NodeRPC

/// How a type of transaction is encoded: what its hash and the transactions root are made over (EIP-2718).
struct TransactionEncoding: Sendable {
    enum Part: Sendable {
        case data(TransactionField)
        case quantity(TransactionField)
        /// An address, or the empty string where there is none.
        case account(TransactionField)
        /// A quantity, or the empty string where there is none.
        case optionalQuantity(TransactionField)
        /// `yParity`, or `v` where a node gives only that.
        case parity
        /// A JSON boolean: 1 or the empty string.
        case flag(TransactionField)
        case accessList
        case hashes(TransactionField)
        case authorizations

        fileprivate func isQuantity(_ wanted: TransactionField) -> Bool {
            if case .quantity(let field) = self { field == wanted } else { false }
        }
    }

    /// Nil for a legacy transaction, which has no type byte.
    let type: UInt8?
    let parts: [Part]
    /// How many of the last parts are the signature; none where nobody signs, and `from` is among the others.
    let signatureParts: Int
    /// Whether a value that the transaction moves is among the parts. What is not is the node's decoration.
    let movesValue: Bool
    /// Whether the sender's nonce is among the parts, which an account that it creates follows from.
    let hasNonce: Bool

    init(type: UInt8?, parts: [Part]) {
        self.type = type
        self.parts = parts
        signatureParts = parts.contains { $0.isQuantity(.s) } ? 3 : 0
        movesValue = parts.contains { $0.isQuantity(.value) }
        hasNonce = parts.contains { $0.isQuantity(.nonce) }
    }

    var isSigned: Bool { signatureParts > 0 }

    /// Whether the transaction has every field that the encoding cannot do without.
    func fits(_ transaction: AnswerObject<TransactionField>) -> Bool {
        parts.allSatisfy { part in
            switch part {
            case .data(let field), .quantity(let field): transaction.has(field)
            default: true
            }
        }
    }

    /// EIP-155, EIP-2930, EIP-1559, EIP-4844, EIP-7702.
    static let ethereum: [TransactionEncoding] = [
        TransactionEncoding(
            type: nil,
            parts: [
                .quantity(.nonce), .quantity(.gasPrice), .quantity(.gas), .account(.to), .quantity(.value),
                .data(.input), .quantity(.v), .quantity(.r), .quantity(.s),
            ]),
        TransactionEncoding(
            type: 0x01,
            parts: [
                .quantity(.chainID), .quantity(.nonce), .quantity(.gasPrice), .quantity(.gas), .account(.to),
                .quantity(.value), .data(.input), .accessList, .parity, .quantity(.r), .quantity(.s),
            ]),
        TransactionEncoding(
            type: 0x02, parts: feeMarket + [.accessList, .parity, .quantity(.r), .quantity(.s)]),
        TransactionEncoding(
            type: 0x03,
            parts: feeMarket + [
                .accessList, .quantity(.maxFeePerBlobGas), .hashes(.blobVersionedHashes), .parity,
                .quantity(.r),
                .quantity(.s),
            ]),
        TransactionEncoding(
            type: 0x04,
            parts: feeMarket + [.accessList, .authorizations, .parity, .quantity(.r), .quantity(.s)]),
    ]

    private static let feeMarket: [Part] = [
        .quantity(.chainID), .quantity(.nonce), .quantity(.maxPriorityFeePerGas), .quantity(.maxFeePerGas),
        .quantity(.gas), .account(.to), .quantity(.value), .data(.input),
    ]

    /// `DepositTx` of ethereum-optimism/op-geth, core/types/deposit_tx.go.
    static let optimism: [TransactionEncoding] = [
        TransactionEncoding(
            type: 0x7e,
            parts: [
                .data(.sourceHash), .data(.from), .account(.to), .optionalQuantity(.mint), .quantity(.value),
                .quantity(.gas), .flag(.isSystemTx), .data(.input),
            ])
    ]

    /// OffchainLabs/go-ethereum, core/types/arb_types.go. Its RPC gives the fee cap as `gasPrice`.
    static let arbitrum: [TransactionEncoding] = [
        TransactionEncoding(
            type: 0x64,
            parts: [.quantity(.chainID), .data(.requestID), .data(.from), .data(.to), .quantity(.value)]),
        TransactionEncoding(
            type: 0x65,
            parts: [
                .quantity(.chainID), .data(.from), .quantity(.nonce), .quantity(.gasPrice), .quantity(.gas),
                .account(.to), .quantity(.value), .data(.input),
            ]),
        TransactionEncoding(
            type: 0x66,
            parts: [
                .quantity(.chainID), .data(.requestID), .data(.from), .quantity(.gasPrice), .quantity(.gas),
                .account(.to), .quantity(.value), .data(.input),
            ]),
        TransactionEncoding(
            type: 0x68,
            parts: [
                .quantity(.chainID), .quantity(.nonce), .data(.from), .quantity(.gasPrice), .quantity(.gas),
                .account(.to), .quantity(.value), .data(.input), .data(.ticketID), .data(.refundTo),
                .quantity(.maxRefund), .quantity(.submissionFeeRefund),
            ]),
        TransactionEncoding(
            type: 0x69,
            parts: [
                .quantity(.chainID), .data(.requestID), .data(.from), .quantity(.l1BaseFee),
                .quantity(.depositValue), .quantity(.gasPrice), .quantity(.gas), .account(.retryTo),
                .quantity(.retryValue), .data(.beneficiary), .quantity(.maxSubmissionFee), .data(.refundTo),
                .data(.retryData),
            ]),
        TransactionEncoding(type: 0x6a, parts: [.quantity(.chainID), .data(.input)]),
    ]

    /// `L1MessageTx` of scroll-tech/go-ethereum, core/types/l1_message_tx.go.
    static let scroll: [TransactionEncoding] = [
        TransactionEncoding(
            type: 0x7e,
            parts: [
                .quantity(.queueIndex), .quantity(.gas), .account(.to), .quantity(.value), .data(.input),
                .data(.sender),
            ])
    ]
}
