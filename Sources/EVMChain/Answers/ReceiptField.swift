/// The members of a receipt.
enum ReceiptField: Int, AnswerField {
    case blockHash, transactionHash, transactionIndex, type, status, root, cumulativeGasUsed, logsBloom, logs
    case contractAddress, depositNonce, depositReceiptVersion, baseFee

    static let kind: StaticString = "receipt"
    static let table = FieldTable(ReceiptField.self)

    var name: StaticString {
        switch self {
        case .blockHash: "blockHash"
        case .transactionHash: "transactionHash"
        case .transactionIndex: "transactionIndex"
        case .type: "type"
        case .status: "status"
        case .root: "root"
        case .cumulativeGasUsed: "cumulativeGasUsed"
        case .logsBloom: "logsBloom"
        case .logs: "logs"
        case .contractAddress: "contractAddress"
        case .depositNonce: "depositNonce"
        case .depositReceiptVersion: "depositReceiptVersion"
        case .baseFee: "baseFee"
        }
    }
}

/// The members of a log, in a receipt or from `eth_getLogs`.
enum LogField: Int, AnswerField {
    case address, topics, data, blockHash, transactionHash, transactionIndex, logIndex, removed

    static let kind: StaticString = "log"
    static let table = FieldTable(LogField.self)

    var name: StaticString {
        switch self {
        case .address: "address"
        case .topics: "topics"
        case .data: "data"
        case .blockHash: "blockHash"
        case .transactionHash: "transactionHash"
        case .transactionIndex: "transactionIndex"
        case .logIndex: "logIndex"
        case .removed: "removed"
        }
    }
}

/// The members of a validator's withdrawal (EIP-4895).
enum WithdrawalField: Int, AnswerField {
    case index, validatorIndex, address, amount

    static let kind: StaticString = "withdrawal"
    static let table = FieldTable(WithdrawalField.self)

    var name: StaticString {
        switch self {
        case .index: "index"
        case .validatorIndex: "validatorIndex"
        case .address: "address"
        case .amount: "amount"
        }
    }
}
