/// Keccak-256 in its plainest form, so that made-up blocks are not made by the code that reads them.
///
/// Source: the Keccak reference, version 3.0, sections 1.2 and 2.3 (rate 1088 bits, padding 0x01 … 0x80).
package func plainKeccak(_ message: [UInt8]) -> [UInt8] {
    let rate = 136
    var padded = message + [0x01] + [UInt8](repeating: 0, count: rate - 1 - message.count % rate)
    padded[padded.count - 1] |= 0x80
    var state = [UInt64](repeating: 0, count: 25)
    for block in stride(from: 0, to: padded.count, by: rate) {
        for lane in 0..<(rate / 8) {
            for byte in 0..<8 { state[lane] ^= UInt64(padded[block + lane * 8 + byte]) << UInt64(byte * 8) }
        }
        permute(&state)
    }
    return (0..<32).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> UInt64($0 % 8 * 8)) }
}

private let rotations: [UInt64] = [
    0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
]

private let roundConstants: [UInt64] = {
    var register: UInt8 = 1
    return (0..<24).map { _ in
        var constant: UInt64 = 0
        for power in 0..<7 {
            if register & 1 == 1 { constant |= 1 << ((1 << UInt64(power)) - 1) }
            register = register & 0x80 == 0 ? register << 1 : register << 1 ^ 0x71
        }
        return constant
    }
}()

private func permute(_ state: inout [UInt64]) {
    var moved = state
    for constant in roundConstants {
        for x in 0..<5 { moved[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] }
        for x in 0..<5 {
            let theta = moved[(x + 4) % 5] ^ rotate(moved[(x + 1) % 5], 1)
            for y in 0..<5 { state[x + 5 * y] ^= theta }
        }
        for x in 0..<5 {
            for y in 0..<5 {
                moved[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(state[x + 5 * y], rotations[x + 5 * y])
            }
        }
        for x in 0..<5 {
            for y in 0..<5 {
                state[x + 5 * y] =
                    moved[x + 5 * y] ^ (~moved[(x + 1) % 5 + 5 * y] & moved[(x + 2) % 5 + 5 * y])
            }
        }
        state[0] ^= constant
    }
}

private func rotate(_ lane: UInt64, _ bits: UInt64) -> UInt64 {
    bits == 0 ? lane : lane << bits | lane >> (64 - bits)
}
