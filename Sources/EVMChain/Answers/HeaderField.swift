/// The members of a block, as `eth_getBlockByHash` answers it.
enum HeaderField: Int, AnswerField {
    case hash, number, parentHash, timestamp, gasUsed, logsBloom, transactionsRoot, receiptsRoot
    case sha3Uncles, miner, stateRoot, difficulty, gasLimit, extraData, mixHash, nonce
    case baseFeePerGas, withdrawalsRoot, blobGasUsed, excessBlobGas, parentBeaconBlockRoot, requestsHash
    case blockAccessListHash, slotNumber
    case extDataHash, extDataGasUsed, blockGasCost, timestampMilliseconds, minDelayExcess
    case targetExponent, minPriceExponent, settledHeight, settledGasUnix, settledGasNumerator, settledExcess
    case transactions, withdrawals

    static let kind: StaticString = "block"
    static let table = FieldTable(HeaderField.self)

    var name: StaticString {
        switch self {
        case .hash: "hash"
        case .number: "number"
        case .parentHash: "parentHash"
        case .timestamp: "timestamp"
        case .gasUsed: "gasUsed"
        case .logsBloom: "logsBloom"
        case .transactionsRoot: "transactionsRoot"
        case .receiptsRoot: "receiptsRoot"
        case .sha3Uncles: "sha3Uncles"
        case .miner: "miner"
        case .stateRoot: "stateRoot"
        case .difficulty: "difficulty"
        case .gasLimit: "gasLimit"
        case .extraData: "extraData"
        case .mixHash: "mixHash"
        case .nonce: "nonce"
        case .baseFeePerGas: "baseFeePerGas"
        case .withdrawalsRoot: "withdrawalsRoot"
        case .blobGasUsed: "blobGasUsed"
        case .excessBlobGas: "excessBlobGas"
        case .parentBeaconBlockRoot: "parentBeaconBlockRoot"
        case .requestsHash: "requestsHash"
        case .blockAccessListHash: "blockAccessListHash"
        case .slotNumber: "slotNumber"
        case .extDataHash: "extDataHash"
        case .extDataGasUsed: "extDataGasUsed"
        case .blockGasCost: "blockGasCost"
        case .timestampMilliseconds: "timestampMilliseconds"
        case .minDelayExcess: "minDelayExcess"
        case .targetExponent: "targetExponent"
        case .minPriceExponent: "minPriceExponent"
        case .settledHeight: "settledHeight"
        case .settledGasUnix: "settledGasUnix"
        case .settledGasNumerator: "settledGasNumerator"
        case .settledExcess: "settledExcess"
        case .transactions: "transactions"
        case .withdrawals: "withdrawals"
        }
    }
}
