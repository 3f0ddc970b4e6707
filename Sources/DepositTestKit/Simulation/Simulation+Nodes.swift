extension Simulation {
    /// The nodes of an adversarial world, as far as they are not left to chance.
    public struct Nodes: Sendable, CustomStringConvertible {
        public let count: Int
        /// How many must agree.
        public let agree: Int
        /// How many lie; nil: mostly one fewer than must agree.
        public let liars: Int?
        /// How many are dead from the start; nil: mostly none.
        public let dead: Int?

        /// - Precondition: no more must agree, and no more lie or are dead, than there are.
        public init(count: Int, agree: Int, liars: Int? = nil, dead: Int? = nil) {
            precondition(1...count ~= agree && 0...count ~= (liars ?? 0) + (dead ?? 0))
            self.count = count
            self.agree = agree
            self.liars = liars
            self.dead = dead
        }

        /// As the command is given them.
        public var description: String {
            "--nodes \(count) --agree \(agree)" + (liars.map { " --liars \($0)" } ?? "")
                + (dead.map { " --dead \($0)" } ?? "")
        }
    }
}
