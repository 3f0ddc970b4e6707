internal import BigInt

/// The networks whose rules are known, by the name under `work` in a chain file.
///
/// Sources: Bitcoin Core, kernel/chainparams.cpp; Litecoin Core, chainparams.cpp; Dogecoin Core, chainparams.cpp;
/// Bitcoin Cash Node, chainparams.cpp.
extension Consensus {
    static let known: [Consensus] = bitcoins + litecoins + dogecoins + cashes

    static func named(_ name: String) -> Consensus? { known.first { $0.name == name } }

    /// Block 0 of the networks above: a chain file that begins with one of them must say whose rules it follows.
    static let geneses: Set<String> = [
        "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
        "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
        "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2",
        "1a91e3dace36e2be3bf030a65679fe821aa1d6ef92e7c9902eb318182c355691",
    ]

    private static func limit(_ width: Int) -> Target { Target((BigUInt(1) << width) - 1) }

    private static let fromStart = Versions(two: 1, three: 1, four: 1)
    private static let main = Versions(two: 227_931, three: 363_725, four: 388_381)
    private static let testnet3 = Versions(two: 21_111, three: 330_776, four: 581_885)
    private static let fortnight: Int64 = 1_209_600

    private static let bitcoins = [
        Consensus(
            name: "bitcoin", hashing: .sha256d,
            difficulty: .retarget(Retarget(limit: limit(224), timespan: fortnight)), versions: main),
        Consensus(
            name: "bitcoin-testnet3", hashing: .sha256d,
            difficulty: .retarget(Retarget(limit: limit(224), timespan: fortnight, minimumAfter: 1_200)),
            versions: testnet3),
        Consensus(
            name: "bitcoin-testnet4", hashing: .sha256d,
            difficulty: .retarget(
                Retarget(
                    limit: limit(224), timespan: fortnight, minimumAfter: 1_200, startsFromFirst: true)),
            versions: fromStart),
        // Its blocks are signed (BIP-325), which headers do not show: work alone proves little here.
        Consensus(
            name: "bitcoin-signet", hashing: .sha256d,
            difficulty: .retarget(
                Retarget(limit: Target(BigUInt(0x3_77ae) << 216), timespan: fortnight)),
            versions: fromStart),
        Consensus(
            name: "bitcoin-regtest", hashing: .sha256d, difficulty: .constant(limit(255)),
            versions: fromStart),
    ]

    private static let litecoins = [
        Consensus(
            name: "litecoin", hashing: .scrypt,
            difficulty: .retarget(Retarget(limit: limit(236), timespan: 302_400, measuresWhole: true)),
            versions: Versions(two: 710_000, three: 811_879, four: 918_684)),
        Consensus(
            name: "litecoin-testnet", hashing: .scrypt,
            difficulty: .retarget(
                Retarget(limit: limit(236), timespan: 302_400, measuresWhole: true, minimumAfter: 300)),
            versions: Versions(two: 76, three: 76, four: 76)),
        Consensus(
            name: "litecoin-regtest", hashing: .scrypt, difficulty: .constant(limit(255)),
            versions: Versions(two: 500, three: 1_251, four: 1_351)),
    ]

    private static let dogecoins = [
        Consensus(
            name: "dogecoin", hashing: .scrypt,
            difficulty: .dogecoin(DogecoinDifficulty(isTest: false, limit: limit(236))),
            versions: Versions(two: 1_034_383, three: 1_034_383, four: 3_464_751),
            merging: Merging(from: 371_337, isStrict: true),
            floor: WorkFloor(span: 3_600, reference: 86_400)),
        Consensus(
            name: "dogecoin-testnet", hashing: .scrypt,
            difficulty: .dogecoin(DogecoinDifficulty(isTest: true, limit: limit(236))),
            versions: Versions(two: 708_658, three: 708_658, four: 1_854_705),
            merging: Merging(from: 158_100, isStrict: false)),
        Consensus(
            name: "dogecoin-regtest", hashing: .scrypt, difficulty: .constant(limit(255)),
            versions: Versions(two: 100_000_000, three: 1_251, four: 1_351),
            merging: Merging(from: 20, isStrict: true)),
    ]

    private static let cashes = [
        Consensus(
            name: "bitcoin-cash", hashing: .sha256d,
            difficulty: .scheduled(
                ScheduledDifficulty(
                    limit: limit(224),
                    start: .init(height: 661_647, bits: 0x1804_dafe, parentTime: 1_605_447_844),
                    halfLife: 172_800)),
            versions: main, floor: WorkFloor(span: 86_400, reference: 86_400)),
        Consensus(
            name: "bitcoin-cash-testnet3", hashing: .sha256d,
            difficulty: .scheduled(test(1_421_481, 1_605_445_400)), versions: testnet3),
        Consensus(
            name: "bitcoin-cash-testnet4", hashing: .sha256d,
            difficulty: .scheduled(test(16_844, 1_605_451_779)),
            versions: Versions(two: 2, three: 4, four: 3)),
        Consensus(
            name: "bitcoin-cash-regtest", hashing: .sha256d, difficulty: .constant(limit(255)),
            versions: Versions(two: 100_000_000, three: 1_251, four: 1_351)),
    ]

    private static func test(_ height: UInt64, _ parentTime: Int64) -> ScheduledDifficulty {
        ScheduledDifficulty(
            limit: limit(224), start: .init(height: height, bits: 0x1d00_ffff, parentTime: parentTime),
            halfLife: 3_600, minimumAfter: 1_200)
    }
}
