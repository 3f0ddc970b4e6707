/// The members of a transaction in a block with full transactions.
///
/// Behind `authorizationList`: the fields of OP Stack deposits, then those of Arbitrum's own types, then those of
/// Scroll's messages.
enum TransactionField: Int, AnswerField {
    case hash, type, from, to, value, blockHash, transactionIndex
    case chainID, nonce, gas, gasPrice, maxFeePerGas, maxPriorityFeePerGas, maxFeePerBlobGas
    case input, accessList, blobVersionedHashes, authorizationList, v, yParity, r, s
    case sourceHash, mint, isSystemTx
    case requestID, ticketID, refundTo, maxRefund, submissionFeeRefund
    case l1BaseFee, depositValue, retryTo, retryValue, retryData, beneficiary, maxSubmissionFee
    case queueIndex, sender

    static let kind: StaticString = "transaction"
    static let table = FieldTable(TransactionField.self)

    var name: StaticString {
        switch self {
        case .hash: "hash"
        case .type: "type"
        case .from: "from"
        case .to: "to"
        case .value: "value"
        case .blockHash: "blockHash"
        case .transactionIndex: "transactionIndex"
        case .chainID: "chainId"
        case .nonce: "nonce"
        case .gas: "gas"
        case .gasPrice: "gasPrice"
        case .maxFeePerGas: "maxFeePerGas"
        case .maxPriorityFeePerGas: "maxPriorityFeePerGas"
        case .maxFeePerBlobGas: "maxFeePerBlobGas"
        case .input: "input"
        case .accessList: "accessList"
        case .blobVersionedHashes: "blobVersionedHashes"
        case .authorizationList: "authorizationList"
        case .v: "v"
        case .yParity: "yParity"
        case .r: "r"
        case .s: "s"
        case .sourceHash: "sourceHash"
        case .mint: "mint"
        case .isSystemTx: "isSystemTx"
        case .requestID: "requestId"
        case .ticketID: "ticketId"
        case .refundTo: "refundTo"
        case .maxRefund: "maxRefund"
        case .submissionFeeRefund: "submissionFeeRefund"
        case .l1BaseFee: "l1BaseFee"
        case .depositValue: "depositValue"
        case .retryTo: "retryTo"
        case .retryValue: "retryValue"
        case .retryData: "retryData"
        case .beneficiary: "beneficiary"
        case .maxSubmissionFee: "maxSubmissionFee"
        case .queueIndex: "queueIndex"
        case .sender: "sender"
        }
    }
}
