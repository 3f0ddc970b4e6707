import NodeRPC
import Testing

@testable import EVMChain

@Suite struct TransactionEncodingTests {
    /// Signed and hashed by PyPI's py-evm under the rules of Prague.
    @Test(arguments: vectors)
    func `every type's content gives its hash`(vector: String) throws {
        var transaction = AnswerObject<TransactionField>()
        var writer = RLPWriter()
        let claimed = try withJSON(Array(vector.utf8)) { (json: JSON) throws(Flaw) -> Bytes32 in
            try transaction.read(json)
            let type = try transaction.unsigned(.type)
            try TransactionTypes(nil).encoding(type, of: transaction)?.write(transaction, &writer)
            return try transaction.bytes32(.hash)
        }
        let hash = Keccak256.hash(writer.bytes)
        #expect(hash == claimed)
    }

    /// One key signed them all.
    @Test func `every type's signature gives its sender`() throws {
        let signers = try Self.vectors.map { vector in
            try withJSON(Array(vector.utf8)) { (json: JSON) throws(Flaw) -> AccountBytes? in
                var transaction = AnswerObject<TransactionField>()
                var writer = RLPWriter()
                try transaction.read(json)
                let encoding = TransactionTypes(nil).encoding(
                    try transaction.unsigned(.type), of: transaction)
                return try encoding?.signer(of: transaction, &writer)
            }
        }
        #expect(Set(signers).count == 1)
        #expect(signers.first != .some(nil))
    }

    private static let vectors = [
        """
        {
         "type": "0x1",
         "chainId": "0x1",
         "nonce": "0x7",
         "gas": "0x5208",
         "to": "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "value": "0x5",
         "input": "0x0102",
         "r": "0x5265ea67b58ba406906d16de3e781eaeb1ddb4098693b244d47e54c9d21dd2a0",
         "s": "0x61a4418b880e7ee20389c685510ee8868c67477ff59a6ce22f16af4896a33356",
         "v": "0x1",
         "yParity": "0x1",
         "accessList": [
          {
           "address": "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
           "storageKeys": [
            "0x0000000000000000000000000000000000000000000000000000000000000001",
            "0x8000000000000000000000000000000000000000000000000000000000000000"
           ]
          },
          {
           "address": "0xcccccccccccccccccccccccccccccccccccccccc",
           "storageKeys": []
          }
         ],
         "hash": "0x85424d27d0ccbd7e31fc580e2307f1bde460c79217153a9875f56752d398c84c",
         "gasPrice": "0x3b9aca00"
        }
        """,
        """
        {
         "type": "0x2",
         "chainId": "0x1",
         "nonce": "0x8",
         "gas": "0x15f90",
         "to": "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "value": "0x0",
         "input": "0x",
         "r": "0x9b1e5ee3a45087e1c95a086d68b57aa98faf2a3c1db109ec20a334d9054fdee3",
         "s": "0x69c96383be9ca8dd55734155b12a00fd2d83ffb6e9db426cc9192dd4757ea144",
         "v": "0x1",
         "yParity": "0x1",
         "accessList": [
          {
           "address": "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
           "storageKeys": [
            "0x0000000000000000000000000000000000000000000000000000000000000001",
            "0x8000000000000000000000000000000000000000000000000000000000000000"
           ]
          },
          {
           "address": "0xcccccccccccccccccccccccccccccccccccccccc",
           "storageKeys": []
          }
         ],
         "hash": "0x5837457b34247dc7199e81c74eb7d20ce5ed620cc2531ba9704b499e495318f1",
         "gasPrice": "0x5",
         "maxFeePerGas": "0x2540be400",
         "maxPriorityFeePerGas": "0x1"
        }
        """,
        """
        {
         "type": "0x3",
         "chainId": "0x1",
         "nonce": "0x9",
         "gas": "0x15f90",
         "to": "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "value": "0xde0b6b3a7640000",
         "input": "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
         "r": "0x3a4b2d3c6318f3c76af7ae4f8bd319b44f42bf3592efd2f844f065d6f8f79a04",
         "s": "0x5424080edcdb4e40ae696c70d47cb76e395d9c36c8e36cb4b37224ad88d377ca",
         "v": "0x0",
         "yParity": "0x0",
         "accessList": [],
         "hash": "0x9711f818bbb4118d2fbb084e2fd62e02e43292500477867d0305b4e0d170411b",
         "gasPrice": "0x5",
         "maxFeePerGas": "0x2540be400",
         "maxPriorityFeePerGas": "0x0",
         "maxFeePerBlobGas": "0x12c",
         "blobVersionedHashes": [
          "0x0111111111111111111111111111111111111111111111111111111111111111",
          "0x0122222222222222222222222222222222222222222222222222222222222222"
         ]
        }
        """,
        """
        {
         "type": "0x4",
         "chainId": "0x1",
         "nonce": "0xa",
         "gas": "0x15f90",
         "to": "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "value": "0x1",
         "input": "0x80",
         "r": "0x9e49096a68d06605e76103df2d52db44881d3c87daabb08de7e01be56e644614",
         "s": "0x5f8e2a8974551036e81e6066d2e26ec4b9efbef131e602a16fbc6f088617a1a7",
         "v": "0x0",
         "yParity": "0x0",
         "accessList": [
          {
           "address": "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
           "storageKeys": [
            "0x0000000000000000000000000000000000000000000000000000000000000001",
            "0x8000000000000000000000000000000000000000000000000000000000000000"
           ]
          },
          {
           "address": "0xcccccccccccccccccccccccccccccccccccccccc",
           "storageKeys": []
          }
         ],
         "hash": "0xe6ad3a44bd1841db6249606c09a199a3c32e74e683493f544ded26f6e1037946",
         "gasPrice": "0x5",
         "maxFeePerGas": "0x2540be400",
         "maxPriorityFeePerGas": "0x2",
         "authorizationList": [
          {
           "chainId": "0x1",
           "address": "0xdddddddddddddddddddddddddddddddddddddddd",
           "nonce": "0x3",
           "yParity": "0x1",
           "r": "0x400000000000000000000000000000000000000000000000000000000000000",
           "s": "0x5"
          },
          {
           "chainId": "0x0",
           "address": "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
           "nonce": "0x0",
           "yParity": "0x0",
           "r": "0x9",
           "s": "0x800000000000000000000000000000000000000000000000000000000000001"
          }
         ]
        }
        """,
    ]
}
