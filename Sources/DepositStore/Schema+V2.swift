extension Schema {
    /// Chains whose blocks commit to the results of blocks below them: `unproven` is the lowest block whose results
    /// none has proven yet. Null where that was never asked.
    static let version2 = "ALTER TABLE chain ADD COLUMN unproven INTEGER CHECK (unproven >= 0)"
}
